import type { Connection } from 'mongoose';
import { userModel } from './user-model';

/** Every collection of this service. */
export const createModels = (connection: Connection) => ({ users: userModel(connection) });
