import type { Money, Order } from '@gittix/common/api';
import { callApi, needsSignIn, type ApiProblem } from '../../browser/api';
import { newKey } from '../../browser/request-key';
import { forget, recall, remember } from '../../browser/tab-memory';

export type Reserved =
  | { kind: 'reserved'; orderId: string }
  | { kind: 'signIn' }
  | { kind: 'taken'; until: string | undefined }
  | { kind: 'problem'; problem: ApiProblem };

export interface ReserveRequest {
  ticketIds: string[];
  /** What the page showed: another price is refused instead of surprising the buyer. */
  expectedTotal: Money;
}

/**
 * Reserves tickets. The Idempotency-Key belongs to what is asked and is kept by the tab, so a double click, a reload and
 * "back" all reach the same order. When that order is over by now, the press means a new one: a new key, once.
 */
export async function reserve(request: ReserveRequest, call: typeof callApi = callApi): Promise<Reserved> {
  const slot = `reserve:${request.ticketIds.join('+')}:${request.expectedTotal.amount}`;
  const first = await post(request, slot, call);
  if (!isUsedUp(first)) return toOutcome(first);
  forget(slot);
  return toOutcome(await post(request, slot, call));
}

type PostAnswer = Awaited<ReturnType<typeof post>>;

function post(request: ReserveRequest, slot: string, call: typeof callApi) {
  const idempotencyKey = recall(slot) ?? newKey();
  remember(slot, idempotencyKey);
  return call<Order>('/api/orders', { method: 'POST', body: request, idempotencyKey });
}

function isUsedUp(answer: PostAnswer): boolean {
  if (!answer.ok) return answer.problem.code === 'idempotency_key_reused';
  return ['expired', 'cancelled', 'refunded'].includes(answer.value.status);
}

function toOutcome(answer: PostAnswer): Reserved {
  if (answer.ok) return { kind: 'reserved', orderId: answer.value.id };
  const { problem } = answer;
  if (needsSignIn(problem)) return { kind: 'signIn' };
  if (problem.code === 'ticket_reserved') return { kind: 'taken', until: problem.reservedUntil };
  return { kind: 'problem', problem };
}
