import { z } from 'zod';
import { id, instant } from '../api';

/** A hint, not a verdict: orders decides by its own clock. */
export const expirationEvents = { ExpirationDue: z.strictObject({ orderId: id, expiresAt: instant }) };
