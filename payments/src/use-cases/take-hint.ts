import { faultPoint } from '@gittix/common/fault-points';
import type { Deps } from '../deps';
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

async function findPayment({ payments }: Deps, { orderId, intentId }: Hint): Promise<string | undefined> {
  const named = orderId === undefined ? null : await payments.exists({ _id: orderId });
  const found = named ?? (intentId === undefined ? null : await payments.exists({ intentId }));
  return found?._id;
}
