import type Stripe from 'stripe';
import type { ListedIntent } from '../domain/differences';
import { toFailure } from './failure';
import { toIntent } from './intent-view';

const PAGE = 100;

/** What happened at Stripe, read page by page. Rejects with StripeFailure. */
export interface StripeBooks {
  /** Every intent made since, newest first, each with its refunds; and the intents that had a refund since. */
  since(time: Date): Promise<{ intents: AsyncIterable<ListedIntent[]>; refunded: string[] }>;
}

/**
 * Refunds are listed once for all intents: one request for a hundred refunds, not one for each sale. A refund is younger than
 * its intent, so all of an intent's are there.
 */
export function createStripeBooks({ paymentIntents, refunds }: Stripe): StripeBooks {
  return {
    since: async (time) => {
      const created = { gte: Math.floor(time.getTime() / 1000) };
      const ofIntent = new Map<string, Stripe.Refund[]>();
      for await (const refund of failing(refunds.list({ created, limit: PAGE }))) {
        const intentId = idOf(refund.payment_intent);
        if (intentId !== undefined) ofIntent.set(intentId, [...(ofIntent.get(intentId) ?? []), refund]);
      }
      const list = paymentIntents.list({ created, limit: PAGE, expand: ['data.latest_charge'] });
      const toListed = (intent: Stripe.PaymentIntent): ListedIntent => ({
        ...toIntent(intent, ofIntent.get(intent.id) ?? []),
        createdAt: new Date(intent.created * 1000),
      });
      return { intents: inPages(failing(list), toListed), refunded: [...ofIntent.keys()] };
    },
  };
}

async function* inPages<T, U>(items: AsyncIterable<T>, map: (item: T) => U): AsyncIterable<U[]> {
  let page: U[] = [];
  for await (const item of items) {
    page.push(map(item));
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function* failing<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* items;
  } catch (error) {
    throw toFailure(error);
  }
}

function idOf(reference: string | { id: string } | null): string | undefined {
  return typeof reference === 'object' ? reference?.id : reference;
}
