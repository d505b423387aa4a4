import type { PaymentStatus } from '@gittix/common/api';
import { createParameters, idempotencyKey, intentMismatch, orderMismatch } from '../../src/domain/payment';
import { afterRefusal, howToAsk, isUndone, nextStep } from '../../src/domain/reconcile';
import { nextCheck } from '../../src/domain/schedule';
import { assertMayStart } from '../../src/domain/start';
import { intentOf, orderFacts, paymentFacts, usd } from '../support/facts';

const HOUR_MS = 3_600_000;
const noon = new Date('2026-01-01T12:00:00Z');
const later = (ms: number) => new Date(noon.getTime() + ms);

describe('the intent asked for', () => {
  it('is manual, for cards, with all a search needs in its metadata', () => {
    const item = (ticketId: string) => ({ ticketId, title: 'A', price: usd(1_000) });
    expect(
      createParameters({ id: 'o', userId: 'u', total: usd(2_000), items: [item('t1'), item('t2')] }),
    ).toEqual({
      amount: 2_000,
      currency: 'usd',
      capture_method: 'manual',
      allowed_payment_method_types: ['card'],
      metadata: { orderId: 'o', userId: 'u', tickets: 't1,t2' },
    });
  });

  it.each([
    ['create', 1, 'o:create'],
    ['create', 2, 'o:create:2'],
    ['capture', 1, 'o:capture:1'],
    ['cancel', 3, 'o:cancel:3'],
    ['refund', 2, 'o:refund:2'],
  ] as const)('has the key of %s, try %i: %s', (call, attempt, key) => {
    const tries = { create: 1, capture: 1, cancel: 1, refund: 1, [call]: attempt };
    expect(idempotencyKey({ orderId: 'o', tries }, call)).toBe(key);
  });
});

describe('what does not fit', () => {
  const payment = paymentFacts();
  const held = intentOf(payment, 'requires_capture');

  it.each([
    ['another order', { id: 'd'.repeat(24) }],
    ['another buyer', { userId: 'd'.repeat(24) }],
    ['another total', { total: usd(4_501) }],
    ['another currency', { total: { amount: 4_500, currency: 'eur' as 'usd' } }],
  ])('is %s', (_what, change) => {
    expect(orderMismatch(payment, orderFacts('secured'))).toEqual([]);
    expect(orderMismatch(payment, orderFacts('secured', change))).toHaveLength(1);
    const step = nextStep({ ...payment, status: 'authorized' }, orderFacts('secured', change), held);
    expect(step).toMatchObject({
      kind: 'change',
      change: { status: 'voiding', attention: expect.any(String) },
    });
  });

  it.each([
    ['another amount', { amount: 9_000 }],
    ['less held than asked for', { amountCapturable: 4_499 }],
    ['another currency', { currency: 'eur' }],
    ['another capture method', { captureMethod: 'automatic' }],
    ['another order in the metadata', { metadata: { ...held.metadata, orderId: 'x' } }],
    ['another buyer in the metadata', { metadata: { ...held.metadata, userId: 'x' } }],
    ['no metadata', { metadata: {} }],
  ])('is an intent with %s', (_what, change) => {
    expect(intentMismatch(payment, held)).toEqual([]);
    expect(intentMismatch(payment, { ...held, ...change })).not.toEqual([]);
    for (const status of ['started', 'authorized'] as const) {
      const step = nextStep({ ...payment, status }, orderFacts('secured'), { ...held, ...change });
      expect(step).toMatchObject({
        kind: 'change',
        change: { status: 'voiding', attention: expect.any(String) },
      });
    }
  });

  it('is money that moved partly: it goes back', () => {
    const paid = intentOf(payment, 'succeeded', { amountReceived: 4_000 });
    expect(nextStep(payment, orderFacts('created'), paid)).toMatchObject({ change: { status: 'refunding' } });
  });

  it('no longer matters once captured: a label changed in the dashboard gives no money back', () => {
    const paid = intentOf(payment, 'succeeded', { metadata: {} });
    expect(nextStep({ ...payment, status: 'captured' }, orderFacts('complete'), paid)).toEqual({
      kind: 'wait',
    });
  });
});

describe('refunds that come to nothing', () => {
  it.each([
    [1, 1, { kind: 'renew', call: 'refund' }],
    [1, 2, { kind: 'call', call: 'refund' }],
    [2, 2, { kind: 'renew', call: 'refund' }],
    [3, 3, { kind: 'tell', why: expect.any(String) }],
  ])('%i failed, try %i', (failed, attempt, step) => {
    const payment = paymentFacts({
      status: 'refunding',
      tries: { create: 1, capture: 1, cancel: 1, refund: attempt },
    });
    const paid = intentOf(payment, 'succeeded', { refunds: { succeeded: 0, pending: 0, failed } });
    expect(nextStep(payment, orderFacts('complete'), paid)).toEqual(step);
  });
});

describe('a call that failed', () => {
  const payment = paymentFacts();
  const refunded = (succeeded: number, pending: number) =>
    intentOf(payment, 'succeeded', { refunds: { succeeded, pending, failed: 0 } });

  it.each([
    ['capture', intentOf(payment, 'requires_capture'), true],
    ['capture', intentOf(payment, 'succeeded'), false],
    ['capture', intentOf(payment, 'canceled'), false],
    ['cancel', intentOf(payment, 'requires_capture'), true],
    ['cancel', intentOf(payment, 'requires_action'), true],
    ['cancel', intentOf(payment, 'canceled'), false],
    ['cancel', intentOf(payment, 'succeeded'), false],
    ['refund', refunded(0, 0), true],
    ['refund', refunded(4_000, 400), true],
    ['refund', refunded(4_000, 500), false],
    ['refund', refunded(4_500, 0), false],
  ] as const)('%s, %o: undone %s', (call, intent, undone) => {
    expect(isUndone(call, intent)).toBe(undone);
  });

  it('and was refused: a sale is given up, an undoing is tried again', () => {
    const failure = { code: 'card_declined', message: 'Your card was declined.' };
    expect(afterRefusal('capture', failure)).toMatchObject({
      kind: 'change',
      change: { status: 'voiding', verdict: 'failed', event: 'PaymentUpdated', failure },
    });
    expect(afterRefusal('cancel', failure)).toEqual({ kind: 'renew', call: 'cancel' });
    expect(afterRefusal('refund', failure)).toEqual({ kind: 'renew', call: 'refund' });
  });
});

describe('asking Stripe', () => {
  const unknown = { intentId: undefined, createKeyAt: noon };
  it.each([
    ['by_id', { createKeyAt: noon }, 48 * HOUR_MS],
    ['by_create', unknown, 0],
    ['by_create', unknown, 23 * HOUR_MS - 1],
    ['by_search', unknown, 23 * HOUR_MS],
    ['by_search', { ...unknown, createStuck: true }, 0],
    ['by_create', { ...unknown, status: 'voiding' }, 0],
    ['by_search', { ...unknown, status: 'voided' }, 0],
    ['by_search', { ...unknown, status: 'failed' }, 0],
  ] as const)('%s: %o, %i ms later', (way, change, ms) => {
    expect(howToAsk(paymentFacts(change), later(ms))).toBe(way);
  });
});

describe('the next look of the sweeper', () => {
  const waitsOf = (status: PaymentStatus, looks: number[]) =>
    looks.map((checks) => ((nextCheck(status, checks, noon)?.getTime() ?? 0) - noon.getTime()) / 1_000);

  it('started: 5 s growing to 5 min', () => {
    const waits = waitsOf('started', [0, 1, 2, 3, 4, 5, 6, 7, 50]);
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it.each(['authorized', 'voiding', 'refunding'] as const)(
    '%s: at most 30 s while somebody waits for money, 5 min when the trouble lasts',
    (status) => {
      expect(waitsOf(status, [0, 1, 2, 3, 4, 19, 20, 50])).toEqual([5, 10, 20, 30, 30, 30, 300, 300]);
    },
  );

  it.each(['captured', 'voided', 'failed', 'refunded'] as PaymentStatus[])(
    '%s: after 1 h and 24 h',
    (status) => {
      expect(nextCheck(status, 0, noon)).toEqual(later(HOUR_MS));
      expect(nextCheck(status, 1, later(HOUR_MS))).toEqual(later(24 * HOUR_MS));
      expect(nextCheck(status, 2, later(24 * HOUR_MS))).toBeUndefined();
    },
  );
});

describe('beginning a payment', () => {
  const order = (windowMs: number) => ({
    status: 'created' as const,
    createdAt: noon.toISOString(),
    expiresAt: later(windowMs).toISOString(),
  });
  it.each([
    [900_000, 895_000, true],
    [900_000, 895_001, false],
    [10_000, 9_000, true],
    [10_000, 9_001, false],
    [10_000, 11_000, false],
  ])('in a window of %i ms after %i ms: %s', (windowMs, atMs, allowed) => {
    const begin = () => assertMayStart(order(windowMs), later(atMs));
    if (allowed) expect(begin).not.toThrow();
    else expect(begin).toThrow(expect.objectContaining({ code: 'order_expiring' }));
  });
});
