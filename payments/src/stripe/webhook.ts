import Stripe from 'stripe';
import { z } from 'zod';
import { toFailure } from './failure';

/** What a webhook tells us: where to look. The rest of its content is not used, for it may be old. */
export interface Hint {
  /** Stripe's event id, for the log. */
  eventId: string;
  type: string;
  /** When it happened, by Stripe's clock, in whole seconds. */
  at: Date;
  orderId?: string;
  intentId?: string;
}

export class BadSignature extends Error {
  override readonly name = 'BadSignature';
}

/** Seconds a signature stays good. The SDK takes 0 as "never check". */
const TOLERANCE_SECONDS = 300;

/** Reads a webhook. Several secrets, for they overlap while they are rotated. Throws BadSignature. */
export function createHintReader(stripe: Stripe, secrets: readonly string[]) {
  return function readHint(body: Uint8Array, signature: string): Hint {
    const text = Buffer.from(body);
    for (const secret of secrets) {
      try {
        return toHint(stripe.webhooks.constructEvent(text, signature, secret, TOLERANCE_SECONDS));
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
      }
    }
    throw new BadSignature('no secret fits the signature, or it is too old');
  };
}

export type HintReader = ReturnType<typeof createHintReader>;

/** The events that bear news of a payment; the endpoint at Stripe is set to the same. */
const NEWS = [
  'payment_intent.amount_capturable_updated',
  'payment_intent.payment_failed',
  'payment_intent.succeeded',
  'payment_intent.canceled',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
];
const PAGE = 100;

/** Asks Stripe for what happened since, whether or not a webhook told it; oldest first. Rejects with StripeFailure. */
export function createNewsList(stripe: Stripe) {
  return async function listNews(since: Date): Promise<Hint[]> {
    const created = { gte: Math.floor(since.getTime() / 1000) };
    const hints: Hint[] = [];
    try {
      for await (const event of stripe.events.list({ types: NEWS, created, limit: PAGE })) {
        hints.push(toHint(event));
      }
    } catch (error) {
      throw toFailure(error);
    }
    return hints.reverse();
  };
}

export type NewsList = ReturnType<typeof createNewsList>;

/** Intents bear our metadata; charges, refunds and disputes name their intent. Anything else is no matter of ours. */
function toHint(event: { id: string; type: string; created: number; data?: { object?: unknown } }): Hint {
  const { data: { object } = {} } = mentions.parse(event);
  const intentId = object?.object === 'payment_intent' ? object.id : idOf(object?.payment_intent);
  const orderId = object?.metadata?.orderId;
  return {
    eventId: event.id,
    type: event.type,
    at: new Date(event.created * 1000),
    ...(orderId === undefined ? {} : { orderId }),
    ...(intentId === undefined ? {} : { intentId }),
  };
}

const textOrNothing = z.string().optional().catch(undefined);
const mentions = z.object({
  data: z
    .object({
      object: z
        .object({
          object: textOrNothing,
          id: textOrNothing,
          payment_intent: z
            .union([z.string(), z.object({ id: z.string() })])
            .optional()
            .catch(undefined),
          metadata: z.object({ orderId: textOrNothing }).optional().catch(undefined),
        })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

function idOf(reference: string | { id: string } | undefined): string | undefined {
  return typeof reference === 'object' ? reference.id : reference;
}
