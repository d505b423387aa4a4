import fc from 'fast-check';
import { paymentStatus, type OrderStatus, type PaymentStatus } from '@gittix/common/api';
import {
  decide,
  type Change,
  type Command,
  type OrderFacts,
  type PaymentFacts,
} from '../../src/domain/order';
import { dueCommands } from '../../src/domain/payment-verdict';

const TTL = 900_000;
const START = Date.parse('2026-06-01T12:00:00Z');
const usd = (amount: number) => ({ amount, currency: 'usd' as const });
const buyer = { userId: 'b'.repeat(24), role: 'user' as const };
const stranger = { userId: 'c'.repeat(24), role: 'user' as const };
const admin = { userId: 'd'.repeat(24), role: 'admin' as const };

/** The only steps an order may ever make, and the event that tells of each. */
const STEPS: Record<string, string> = {
  'created created': 'OrderUpdated',
  'created cancelled': 'OrderCancelled',
  'created expired': 'OrderExpired',
  'created secured': 'OrderSecured',
  'secured complete': 'OrderCompleted',
  'secured cancelled': 'OrderCancelled',
  'secured refunded': 'OrderRefunded',
  'complete refunded': 'OrderRefunded',
};
const DEAD: readonly OrderStatus[] = ['cancelled', 'expired', 'refunded'];

const paymentIn = (status: PaymentStatus, change: Partial<PaymentFacts> = {}): PaymentFacts => ({
  orderId: 'a'.repeat(24),
  userId: buyer.userId,
  status,
  amount: usd(4_500),
  ...change,
});

interface Happening {
  commands: (order: OrderFacts) => Command[];
  /** By somebody, or about a payment, with no say in this order. */
  isForeign?: true;
}

const command = (one: Command): Happening => ({ commands: () => [one] });
const settled = (payment: PaymentFacts): Happening => ({
  commands: (order) => dueCommands(order, { payment, buyerBanned: false, ticketWithdrawn: false }),
});

/** Each as likely as any other; a verdict comes by settling from a copy, as in production, or out of nowhere. */
const HAPPENINGS: Happening[] = [
  command({ type: 'extend', by: buyer, ttlMs: TTL }),
  command({ type: 'cancel', by: buyer }),
  command({ type: 'cancel', by: admin }),
  { ...command({ type: 'cancel', by: stranger }), isForeign: true },
  { ...command({ type: 'extend', by: stranger, ttlMs: TTL }), isForeign: true },
  { ...command({ type: 'extend', by: admin, ttlMs: TTL }), isForeign: true },
  command({ type: 'revoke', reason: 'buyer_banned' }),
  command({ type: 'revoke', reason: 'ticket_withdrawn' }),
  command({ type: 'expire' }),
  ...paymentStatus.options.map((status) => settled(paymentIn(status))),
  ...(['secure', 'complete', 'fail', 'refund'] as const).flatMap((type): Happening[] => [
    command({ type, payment: paymentIn('authorized') }),
    { ...command({ type, payment: paymentIn('captured', { amount: usd(4_499) }) }), isForeign: true },
    { ...command({ type, payment: paymentIn('captured', { userId: stranger.userId }) }), isForeign: true },
  ]),
];
const PAUSES_MS = [0, 1_000, TTL / 3, TTL];

/** A happening and the pause before it, as one number: 100,000 sequences have to be cheap. */
const happening = fc.nat({ max: HAPPENINGS.length * PAUSES_MS.length - 1 });

function firstChange(order: OrderFacts, commands: Command[], now: Date): Change | undefined {
  for (const each of commands) {
    const decision = decide(order, each, now);
    if (decision.kind === 'change') return decision.change;
  }
  return undefined;
}

/** Throws at the first step that is none of the table; by hand, since `expect` would take most of the time. */
function assertStep(order: OrderFacts, change: Change, now: Date, isForeign: boolean): void {
  const step = `${order.status} ${change.status}`;
  const assert = (isRight: boolean, what: string) => {
    if (!isRight) throw new Error(`${step}: ${what}`);
  };
  assert(!isForeign, 'moved by somebody else');
  assert(STEPS[step] === change.event, `told as ${change.event}`);
  assert(change.status !== 'expired' || now >= order.expiresAt, 'before its deadline');
  assert(
    (change.reason !== undefined) === (change.status === 'cancelled'),
    'a cancellation has a reason, nothing else',
  );
  if (change.expiresAt === undefined) return;
  assert(change.expiresAt > order.expiresAt && now < order.expiresAt, 'not longer, or too late');
  assert(change.expiresAt.getTime() <= order.createdAt.getTime() + 2 * TTL, 'longer than two holds');
}

describe('an order, whatever comes in whatever order', () => {
  it('makes only the steps of its table, in 100,000 sequences', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 16 }), (sequence) => {
        let order: OrderFacts = {
          id: 'a'.repeat(24),
          userId: buyer.userId,
          status: 'created',
          total: usd(4_500),
          createdAt: new Date(START),
          expiresAt: new Date(START + TTL),
        };
        let now = START;
        for (const number of sequence) {
          now += PAUSES_MS[number % PAUSES_MS.length] ?? 0;
          const what = HAPPENINGS[Math.floor(number / PAUSES_MS.length)] as Happening;
          const change = firstChange(order, what.commands(order), new Date(now));
          if (!change) continue;
          assertStep(order, change, new Date(now), what.isForeign ?? false);
          if (DEAD.includes(order.status)) throw new Error(`${order.status} was not the end`);
          met.add(`${order.status} ${change.status}`);
          order = { ...order, status: change.status, expiresAt: change.expiresAt ?? order.expiresAt };
        }
      }),
      { numRuns: 100_000 },
    );
    // Sequences that never got there would prove nothing.
    expect([...met].sort()).toEqual(Object.keys(STEPS).sort());
  }, 120_000);
});
