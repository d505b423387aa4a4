import { z } from 'zod';
import { ticket } from '../api';

/** The whole public state of a ticket. */
export const ticketState = z.strictObject(ticket.shape);
export type TicketState = z.infer<typeof ticketState>;

export const ticketEvents = { TicketCreated: ticketState, TicketUpdated: ticketState };

export const ticketEventTypes = Object.keys(ticketEvents) as (keyof typeof ticketEvents)[];
