import type { OrderStatus } from '@gittix/common/api';
import type { Intent } from '../../src/domain/intent';
import { createParameters, type OrderFacts, type PaymentFacts } from '../../src/domain/payment';

const id = (digit: string) => digit.repeat(24);
export const usd = (amount: number) => ({ amount, currency: 'usd' as const });

export const orderFacts = (status: OrderStatus, change: Partial<OrderFacts> = {}): OrderFacts => ({
  id: id('a'),
  userId: id('b'),
  status,
  total: usd(4_500),
  ...change,
});

/** A payment as it is right after it was begun, but for `change`. */
export const paymentFacts = (change: Partial<PaymentFacts> = {}): PaymentFacts => ({
  orderId: id('a'),
  userId: id('b'),
  status: 'started',
  amount: usd(4_500),
  create: createParameters({
    ...orderFacts('created'),
    items: [{ ticketId: id('c'), title: 'Night of the Proms', price: usd(4_500) }],
  }),
  intentId: 'pi_1',
  failure: undefined,
  verdict: undefined,
  tries: { create: 1, capture: 1, cancel: 1, refund: 1 },
  createKeyAt: new Date('2026-01-01T12:00:00Z'),
  createStuck: false,
  ...change,
});

/** The payment's intent, as Stripe would show it with this status. */
export const intentOf = (
  { create }: Pick<PaymentFacts, 'create'>,
  status: Intent['status'],
  change: Partial<Intent> = {},
): Intent => ({
  id: 'pi_1',
  status,
  amount: create.amount,
  currency: create.currency,
  captureMethod: create.capture_method,
  amountCapturable: status === 'requires_capture' ? create.amount : 0,
  amountReceived: status === 'succeeded' ? create.amount : 0,
  metadata: { ...create.metadata },
  clientSecret: 'pi_1_secret_x',
  refunds: { succeeded: 0, pending: 0, failed: 0 },
  ...change,
});
