import { orderStatus, paymentStatus, type OrderStatus } from '@gittix/common/api';
import {
  decide,
  type Command,
  type CommandType,
  type Decision,
  type OrderFacts,
} from '../../src/domain/order';
import { dueCommands, paymentVerdict } from '../../src/domain/payment-verdict';

const MINUTE = 60_000;
const TTL = 15 * MINUTE;
const start = new Date('2026-06-01T12:00:00Z');
const after = (ms: number) => new Date(start.getTime() + ms);
const usd = (amount: number) => ({ amount, currency: 'usd' as const });

const buyer = { userId: 'b'.repeat(24), role: 'user' as const };
const stranger = { userId: 'c'.repeat(24), role: 'user' as const };
const admin = { userId: 'd'.repeat(24), role: 'admin' as const };

const orderIn = (status: OrderStatus, change: Partial<OrderFacts> = {}): OrderFacts => ({
  id: 'a'.repeat(24),
  userId: buyer.userId,
  status,
  total: usd(5000),
  createdAt: start,
  expiresAt: after(TTL),
  ...change,
});
const payment = {
  orderId: 'a'.repeat(24),
  userId: buyer.userId,
  status: 'authorized' as const,
  amount: usd(5000),
};

/** One representative of each command, allowed by its guard half way through the hold. */
const commands: Record<CommandType, Command> = {
  extend: { type: 'extend', by: buyer, ttlMs: TTL },
  cancel: { type: 'cancel', by: buyer },
  revoke: { type: 'revoke', reason: 'ticket_withdrawn' },
  expire: { type: 'expire' },
  secure: { type: 'secure', payment },
  complete: { type: 'complete', payment },
  fail: { type: 'fail', payment },
  refund: { type: 'refund', payment },
};

const inShort = (decision: Decision) => {
  if (decision.kind === 'nothing') return '-';
  return decision.kind === 'refused' ? decision.code : `${decision.change.event}/${decision.change.status}`;
};

/** Every cell, at a moment after the deadline for `expire` and before it for all others. */
const cells: Record<OrderStatus, Record<CommandType, string>> = {
  created: {
    extend: 'OrderUpdated/created',
    cancel: 'OrderCancelled/cancelled',
    revoke: 'OrderCancelled/cancelled',
    expire: 'OrderExpired/expired',
    secure: 'OrderSecured/secured',
    complete: '-',
    fail: '-',
    refund: '-',
  },
  secured: {
    extend: 'payment_in_progress',
    cancel: 'payment_in_progress',
    revoke: '-',
    expire: '-',
    secure: '-',
    complete: 'OrderCompleted/complete',
    fail: 'OrderCancelled/cancelled',
    refund: 'OrderRefunded/refunded',
  },
  complete: {
    extend: 'order_complete',
    cancel: 'order_complete',
    revoke: '-',
    expire: '-',
    secure: '-',
    complete: '-',
    fail: '-',
    refund: 'OrderRefunded/refunded',
  },
  cancelled: {
    extend: 'order_closed',
    cancel: '-',
    revoke: '-',
    expire: '-',
    secure: '-',
    complete: '-',
    fail: '-',
    refund: '-',
  },
  expired: {
    extend: 'order_closed',
    cancel: 'order_closed',
    revoke: '-',
    expire: '-',
    secure: '-',
    complete: '-',
    fail: '-',
    refund: '-',
  },
  refunded: {
    extend: 'order_closed',
    cancel: 'order_closed',
    revoke: '-',
    expire: '-',
    secure: '-',
    complete: '-',
    fail: '-',
    refund: '-',
  },
};

describe('the life of an order', () => {
  const all = orderStatus.options.flatMap((status) =>
    (Object.keys(commands) as CommandType[]).map((type) => ({ status, type, expected: cells[status][type] })),
  );

  it('has a cell for each state and command', () => expect(all).toHaveLength(6 * 8));

  it.each(all)('$status + $type -> $expected', ({ status, type, expected }) => {
    const now = after(type === 'expire' ? TTL : TTL / 2);
    expect(inShort(decide(orderIn(status), commands[type], now))).toBe(expected);
  });

  it.each(orderStatus.options)('a stranger hears nothing of an order that is %s', (status) => {
    for (const role of ['user', 'admin'] as const) {
      const by = { ...stranger, role };
      expect(inShort(decide(orderIn(status), { type: 'extend', by, ttlMs: TTL }, start))).toBe('forbidden');
    }
    expect(inShort(decide(orderIn(status), { type: 'cancel', by: stranger }, start))).toBe('forbidden');
  });

  it.each(orderStatus.options)(
    'an operator meets the same states as the buyer when cancelling, %s',
    (status) => {
      const decision = decide(orderIn(status), { type: 'cancel', by: admin }, start);
      expect(inShort(decision)).toBe(cells[status].cancel);
    },
  );

  it.each([
    ['buyer', buyer, `buyer:${buyer.userId}`],
    ['admin', admin, `admin:${admin.userId}`],
    ['buyer', { ...buyer, role: 'admin' as const }, `buyer:${buyer.userId}`],
  ])('a cancellation tells its reason (%s) and who did it', (reason, by, label) => {
    const decision = decide(orderIn('created'), { type: 'cancel', by }, start);
    expect(decision).toMatchObject({ kind: 'change', change: { reason, by: label } });
  });

  it('tells the reason of a failed payment, a ban and a withdrawal', () => {
    const reasonOf = (status: OrderStatus, command: Command) => {
      const decision = decide(orderIn(status), command, start);
      return decision.kind === 'change' ? [decision.change.reason, decision.change.by] : undefined;
    };
    expect(reasonOf('secured', commands.fail)).toEqual(['payment_failed', 'payments']);
    expect(reasonOf('created', { type: 'revoke', reason: 'buyer_banned' })).toEqual(['buyer_banned', 'auth']);
    expect(reasonOf('created', commands.revoke)).toEqual(['ticket_withdrawn', 'tickets']);
  });
});

describe('expire', () => {
  it('waits for the deadline to the millisecond', () => {
    expect(inShort(decide(orderIn('created'), { type: 'expire' }, after(TTL - 1)))).toBe('-');
    expect(inShort(decide(orderIn('created'), { type: 'expire' }, after(TTL)))).toBe('OrderExpired/expired');
  });
});

describe('extend', () => {
  const extend = (order: OrderFacts, now: Date) =>
    decide(order, { type: 'extend', by: buyer, ttlMs: TTL }, now);
  const deadlineOf = (decision: Decision) => decision.kind === 'change' && decision.change.expiresAt;

  it('adds half a hold, twice, to at most two holds from the start', () => {
    expect(deadlineOf(extend(orderIn('created'), start))).toEqual(after(1.5 * TTL));
    expect(deadlineOf(extend(orderIn('created', { expiresAt: after(1.5 * TTL) }), start))).toEqual(
      after(2 * TTL),
    );
    expect(deadlineOf(extend(orderIn('created', { expiresAt: after(1.8 * TTL) }), start))).toEqual(
      after(2 * TTL),
    );
  });

  it('refuses a third time', () => {
    expect(inShort(extend(orderIn('created', { expiresAt: after(2 * TTL) }), start))).toBe('extension_limit');
  });

  it('comes too late at the deadline', () => {
    expect(inShort(extend(orderIn('created'), after(TTL - 1)))).toBe('OrderUpdated/created');
    expect(inShort(extend(orderIn('created'), after(TTL)))).toBe('order_closed');
  });
});

describe('a payment', () => {
  const foreign = [
    ['buyer', { userId: stranger.userId }],
    ['amount', { amount: usd(4999) }],
    ['currency', { amount: { amount: 5000, currency: 'eur' as 'usd' } }],
    ['order', { orderId: 'e'.repeat(24) }],
  ] as const;

  it.each(foreign)('of another %s moves nothing', (_what, difference) => {
    const other = { ...payment, ...difference };
    for (const status of orderStatus.options) {
      for (const type of ['secure', 'complete', 'fail', 'refund'] as const) {
        expect(inShort(decide(orderIn(status), { type, payment: other }, start))).toBe('-');
      }
    }
  });

  it.each([
    ['started', undefined],
    ['authorized', 'secure'],
    ['captured', 'complete'],
    ['voiding', undefined],
    ['voided', undefined],
    ['failed', 'fail'],
    ['refunding', undefined],
    ['refunded', 'refund'],
  ] as const)('that is %s asks the order to %s', (status, command) => {
    expect(paymentVerdict({ ...payment, status })?.type).toBe(command);
  });

  it('has a verdict for each of its states, and none without a payment', () => {
    expect(paymentStatus.options).toHaveLength(8);
    expect(paymentVerdict(undefined)).toBeUndefined();
  });
});

describe('what is due', () => {
  const calm = { buyerBanned: false, ticketWithdrawn: false };
  const firstChange = (order: OrderFacts, around: Parameters<typeof dueCommands>[1], now: Date) =>
    dueCommands(order, around)
      .map((command) => inShort(decide(order, command, now)))
      .find((result) => result !== '-');

  it('lets a hold on the card that arrived before `expire` was committed win, even after the deadline', () => {
    const around = { ...calm, payment };
    expect(firstChange(orderIn('created'), around, after(2 * TTL))).toBe('OrderSecured/secured');
    expect(firstChange(orderIn('expired'), around, after(2 * TTL))).toBeUndefined();
  });

  it('lets a payment that is not the order’s own change nothing: the order still expires', () => {
    const around = { ...calm, payment: { ...payment, amount: usd(1) } };
    expect(firstChange(orderIn('created'), around, after(TTL))).toBe('OrderExpired/expired');
  });

  it('ends an unpaid order of a banned person or of a withdrawn ticket, and lets a secured one finish', () => {
    for (const around of [
      { ...calm, buyerBanned: true },
      { ...calm, ticketWithdrawn: true },
    ]) {
      expect(firstChange(orderIn('created'), around, start)).toBe('OrderCancelled/cancelled');
      expect(firstChange(orderIn('secured'), around, start)).toBeUndefined();
    }
  });

  it('is nothing while the hold lasts', () => {
    expect(firstChange(orderIn('created'), calm, start)).toBeUndefined();
  });
});
