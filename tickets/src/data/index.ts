import type { Connection } from 'mongoose';
import { ticketModel } from './ticket-model';

/** Every collection of this service. */
export const createModels = (connection: Connection) => ({ tickets: ticketModel(connection) });
