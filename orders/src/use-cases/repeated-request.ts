import { createHash } from 'node:crypto';
import type { Money } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';
import type { OrderDocument } from '../data';
import type { Deps } from '../deps';

export interface RequestIdentity {
  request: string | undefined;
  requestHash: string;
}

/** What makes two requests the same: buyer and key; and what they must then have in common: tickets and expected total. */
export function identifyRequest(
  input: { buyerId: string; idempotencyKey?: string | undefined; expectedTotal?: Money | undefined },
  ticketIds: string[],
): RequestIdentity {
  const { buyerId, idempotencyKey, expectedTotal } = input;
  const asked = [[...ticketIds].sort(), expectedTotal?.amount ?? null, expectedTotal?.currency ?? null];
  return {
    request: idempotencyKey === undefined ? undefined : `${buyerId}:${idempotencyKey}`,
    requestHash: createHash('sha256').update(JSON.stringify(asked)).digest('hex'),
  };
}

/** The order that this very request made before; 422 when the key was used for another request. A refused attempt is not remembered. */
export async function findRepeat(
  { orders }: Pick<Deps, 'orders'>,
  { request, requestHash }: RequestIdentity,
): Promise<OrderDocument | null> {
  if (request === undefined) return null;
  const order = await orders.findOne({ request });
  if (order && order.requestHash !== requestHash) throw new AppError('idempotency_key_reused');
  return order;
}
