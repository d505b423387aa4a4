import type { Payment } from '@gittix/common/api';
import { callApi, pause, type ApiProblem } from '../../browser/api';

export type Started =
  | { kind: 'ready'; clientSecret: string; publishableKey: string; stripeJsUrl: string }
  /** Beyond the form: the card is held or charged already. */
  | { kind: 'sent' }
  | { kind: 'problem'; problem: ApiProblem };

const TRIES = 8;

/**
 * Asks payments for the form's secrets. A second call answers the same payment. Right after reserving, payments may not
 * know the order yet: it says when to ask again.
 */
export async function startPayment(
  orderId: string,
  signal: AbortSignal,
  call: typeof callApi = callApi,
): Promise<Started> {
  for (let tries = 1; ; tries += 1) {
    const answer = await call<Payment>('/api/payments', { ...request(orderId), signal });
    if (answer.ok) return toStarted(answer.value);
    const { problem } = answer;
    if (problem.status !== 503 || tries === TRIES || signal.aborted) return { kind: 'problem', problem };
    await pause((problem.retryAfter ?? 1) * 1000, signal);
  }
}

/**
 * Has payments ask Stripe now, instead of when the webhook comes. Only a hint: whatever it answers, the page goes on asking
 * the order.
 */
export function hastenPayment(orderId: string, call: typeof callApi = callApi): void {
  void call<Payment>('/api/payments', request(orderId));
}

/** An order has one payment, however often it is asked for: the key says so to whatever lies on the way. */
function request(orderId: string) {
  return { method: 'POST', body: { orderId }, idempotencyKey: orderId } as const;
}

function toStarted({ clientSecret, publishableKey, stripeJsUrl, status }: Payment): Started {
  if (clientSecret !== undefined && publishableKey !== undefined && stripeJsUrl !== undefined)
    return { kind: 'ready', clientSecret, publishableKey, stripeJsUrl };
  if (status === 'authorized' || status === 'captured') return { kind: 'sent' };
  return { kind: 'problem', problem: { status: 409, code: 'payment_closed', errors: [] } };
}
