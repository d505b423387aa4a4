import { orderStatus, paymentStatus } from '@gittix/common/api';
import { isBeingUndone, lookEvery, phaseOf } from '../../src/features/orders/phase';
import { verdictOf, verdictOfIntent } from '../../src/features/checkout/verdict';

describe('the phase of an order', () => {
  const base = { overdue: false, sent: false };

  it.each([
    [{ status: 'created' }, 'pay'],
    [{ status: 'created', paymentStatus: 'started' }, 'pay'],
    [{ status: 'created', sent: true }, 'checking'],
    [{ status: 'created', sent: true, overdue: true }, 'checking'],
    [{ status: 'created', paymentStatus: 'authorized' }, 'checking'],
    [{ status: 'created', paymentStatus: 'captured', overdue: true }, 'checking'],
    [{ status: 'created', overdue: true }, 'ending'],
    [{ status: 'secured' }, 'checking'],
    [{ status: 'complete', sent: true }, 'paid'],
    [{ status: 'expired' }, 'expired'],
    [{ status: 'expired', paymentStatus: 'voided' }, 'expired'],
    [{ status: 'expired', sent: true }, 'late'],
    [{ status: 'expired', sent: true, paymentStatus: 'voiding' }, 'late'],
    [{ status: 'expired', sent: true, paymentStatus: 'voided' }, 'expired'],
    [{ status: 'expired', paymentStatus: 'voided', authorizedAt: '2026-11-21T12:00:00.000Z' }, 'late'],
    [{ status: 'cancelled', paymentStatus: 'voided', authorizedAt: '2026-11-21T12:00:00.000Z' }, 'cancelled'],
    [{ status: 'cancelled', sent: true }, 'cancelled'],
    [{ status: 'refunded' }, 'refunded'],
  ] as const)('%j is %s', (facts, phase) => {
    expect(phaseOf({ ...base, ...facts })).toBe(phase);
  });

  it('never invites to pay while money may be on its way, nor when the time is over', () => {
    for (const status of orderStatus.options) {
      for (const payment of [undefined, ...paymentStatus.options]) {
        expect(phaseOf({ status, paymentStatus: payment, overdue: false, sent: true })).not.toBe('pay');
        expect(phaseOf({ status, paymentStatus: payment, overdue: true, sent: false })).not.toBe('pay');
      }
    }
  });

  it('looks often while something is about to happen and not at all when nothing will', () => {
    expect(lookEvery('checking')).toBeLessThanOrEqual(1_000);
    expect(lookEvery('ending')).toBeLessThanOrEqual(1_000);
    expect(lookEvery('expired')).toBe(0);
  });
});

describe("a dead order's payment", () => {
  it.each([
    ['expired', undefined, false],
    ['expired', 'started', true],
    ['expired', 'voiding', true],
    ['cancelled', 'refunding', true],
    ['expired', 'voided', false],
    ['cancelled', 'failed', false],
    ['expired', 'refunded', false],
    ['created', 'started', false],
    ['complete', 'captured', false],
  ] as const)('order %s, payment %s: being undone %s', (status, paymentStatus, expected) => {
    expect(isBeingUndone({ status, paymentStatus })).toBe(expected);
  });
});

describe('what an answer of Stripe.js means', () => {
  it.each(['requires_capture', 'processing', 'succeeded'])('%s: the card was sent', (status) => {
    expect(verdictOf({ paymentIntent: { status } })).toEqual({ kind: 'sent' });
    expect(verdictOfIntent({ paymentIntent: { status } })).toEqual({ kind: 'sent' });
  });

  it('a refused card carries the bank’s reason', () => {
    const error = { type: 'card_error', message: 'Your card has insufficient funds.' };
    expect(verdictOf({ error })).toEqual({ kind: 'refused', reason: error.message });
  });

  it('a form that is not filled in is no refusal', () => {
    expect(verdictOf({ error: { type: 'validation_error' } })).toEqual({ kind: 'incomplete' });
  });

  it('a failed 3-D Secure is a refusal: Stripe shows the intent open again', () => {
    const error = {
      type: 'invalid_request_error',
      code: 'payment_intent_authentication_failure',
      message: 'We could not authenticate you.',
      payment_intent: { status: 'requires_payment_method' },
    };
    expect(verdictOf({ error })).toEqual({ kind: 'refused', reason: error.message });
  });

  it.each(['api_connection_error', 'api_error', 'rate_limit_error'])(
    '%s alone says nothing: unknown',
    (type) => {
      expect(verdictOf({ error: { type, message: 'no answer' } })).toEqual({ kind: 'unknown' });
      expect(verdictOf({ error: { type, payment_intent: { status: 'requires_capture' } } })).toEqual({
        kind: 'sent',
      });
    },
  );

  it('an intent that cannot be asked for is unknown, not open', () => {
    expect(verdictOfIntent({ error: { type: 'api_connection_error' } })).toEqual({ kind: 'unknown' });
    expect(verdictOfIntent({ paymentIntent: { status: 'something_new' } })).toEqual({ kind: 'unknown' });
  });
});
