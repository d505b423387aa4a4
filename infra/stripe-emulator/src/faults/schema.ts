import { z } from 'zod';
import { cardWithId, cardWithNumber } from '../domain/cards';

/** What a fault can be programmed for: calls of the API, and what the emulator sends by itself. */
export const REQUESTS = ['create', 'retrieve', 'list', 'confirm', 'capture', 'cancel', 'refund'] as const;
export type RequestKind = (typeof REQUESTS)[number];

const MAX_SECONDS = 600;
const seconds = z.number().positive().max(MAX_SECONDS);

/** The name of the test card behind a number or an id such as `pm_card_visa`. */
const card = z.string().transform((given, ctx) => {
  const found = cardWithId(given) ?? cardWithNumber(given.replaceAll(' ', ''));
  if (found) return found.name;
  ctx.addIssue({ code: 'custom', message: 'no test card has this number or id' });
  return z.NEVER;
});

/** What a fault waits for. Without `times` it hits for ever, without `probability` it hits every match. */
const aim = {
  probability: z.number().min(0).max(1).default(1),
  /** Of the fault's own random numbers: the same requests in the same order meet the same faults. */
  seed: z.int().default(1),
  times: z.int().positive().optional(),
  /** Only payments with this card, once a card is known. */
  card: card.optional(),
  /** Only payments whose metadata say all of this. */
  metadata: z.record(z.string(), z.string()).optional(),
};

const request = { operation: z.enum(REQUESTS), ...aim };
const webhook = { operation: z.literal('webhook'), ...aim };
const when = z.enum(['before', 'after']);

const fault = z
  .discriminatedUnion('fault', [
    z.strictObject({
      fault: z.literal('error'),
      ...request,
      when,
      status: z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(504)]).default(500),
      /** False: an error of something in front of the API, which the Idempotency-Key knows nothing of. */
      stored: z.boolean().default(true),
    }),
    z.strictObject({ fault: z.literal('hang'), ...request, when, seconds }),
    z.strictObject({ fault: z.literal('rate_limit'), ...request }),
    z.strictObject({
      fault: z.literal('decline'),
      ...aim,
      operation: z.literal('confirm'),
      decline_code: z
        .string()
        .regex(/^[a-z_]+$/)
        .default('generic_decline'),
    }),
    z.strictObject({ fault: z.literal('capture_failure'), ...aim, operation: z.literal('capture') }),
    z.strictObject({ fault: z.literal('delay'), ...webhook, seconds }),
    z.strictObject({ fault: z.literal('drop'), ...webhook }),
    z.strictObject({ fault: z.literal('double'), ...webhook, copies: z.int().min(2).max(10).default(2) }),
    /** `seconds`: how long an event is held back for the payment's next one to overtake it. */
    z.strictObject({ fault: z.literal('reorder'), ...webhook, seconds: seconds.default(10) }),
  ])
  .refine(({ operation, card, metadata }) => operation !== 'list' || (!card && !metadata), {
    message: 'a list is about no single payment: it has no card and no metadata',
  });

export const faultProgram = z.strictObject({ faults: z.array(fault).max(100) });

export type Fault = z.infer<typeof fault>;
export type RequestFault = Exclude<Fault, { operation: 'webhook' }>;
export type WebhookFault = Extract<Fault, { operation: 'webhook' }>;
