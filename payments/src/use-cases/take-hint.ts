import type { PaymentStatus } from '@gittix/common/api';
import { faultPoint } from '@gittix/common/fault-points';
import type { Deps } from '../deps';
import { OPEN } from '../domain/schedule';
import type { Hint } from '../stripe';
import { hurry } from './hurry';

/** A webhook says where to look, not what to believe. Unknown objects are other people's, or not written down here yet. */
export async function takeHint(deps: Deps, hint: Hint): Promise<void> {
  const orderId = await findPayment(deps, hint);
  deps.logger.info({ stripeEvent: hint.eventId, type: hint.type, orderId }, 'stripe hints');
  await faultPoint('payments.webhook.taking');
  if (orderId !== undefined) await hurry(deps, orderId);
  await faultPoint('payments.webhook.taken');
}

/**
 * The same, read from Stripe's list of events. Nearly all of it came by webhook a moment ago, so a payment that the news
 * would find at rest is not asked for again.
 */
export async function takeNews(deps: Deps, hint: Hint): Promise<void> {
  const orderId = await findPayment(deps, hint, restless(hint.type));
  if (orderId === undefined) return;
  deps.logger.info({ stripeEvent: hint.eventId, type: hint.type, orderId }, 'stripe lists news');
  await hurry(deps, orderId);
}

/** What an event of this type may change. Refunds move on what was captured long ago; a card may be held, too late, by all that ended unpaid. */
function restless(type: string): readonly PaymentStatus[] {
  switch (type) {
    case 'payment_intent.amount_capturable_updated':
    case 'payment_intent.succeeded':
      return [...OPEN, 'voided', 'failed'];
    case 'payment_intent.payment_failed':
    case 'payment_intent.canceled':
      return OPEN;
    default:
      return [...OPEN, 'captured', 'refunded'];
  }
}

async function findPayment(
  { payments }: Deps,
  { orderId, intentId }: Hint,
  statuses?: readonly PaymentStatus[],
): Promise<string | undefined> {
  const status = statuses ? { status: { $in: [...statuses] } } : {};
  const named = orderId === undefined ? null : await payments.exists({ _id: orderId, ...status });
  const found = named ?? (intentId === undefined ? null : await payments.exists({ intentId, ...status }));
  return found?._id;
}
