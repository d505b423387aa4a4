import { cardWithId } from '../../src/domain/cards';
import { decide, TRANSITIONS, type Decision, type IntentCommand } from '../../src/domain/payment-intent';
import {
  INTENT_STATUSES,
  type ChargeRecord,
  type IntentRecord,
  type IntentStatus,
  type PaymentMethodRecord,
} from '../../src/domain/records';

const NOW = 1_700_000_000;

function methodOf(id: string): PaymentMethodRecord {
  const card = cardWithId(id);
  if (!card) throw new Error(`no such test card: ${id}`);
  return {
    id: 'pm_1',
    card: card.name,
    last4: card.number.slice(-4),
    expMonth: 12,
    expYear: 2030,
    created: NOW,
  };
}

function intentIn(status: IntentStatus, more: Partial<IntentRecord> = {}): IntentRecord {
  const held = status === 'requires_capture';
  return {
    id: 'pi_1',
    clientSecret: 'pi_1_secret_1',
    amount: 4500,
    currency: 'usd',
    captureMethod: 'manual',
    status,
    created: NOW,
    metadata: {},
    description: null,
    receiptEmail: null,
    paymentMethodTypes: ['card'],
    allowedPaymentMethodTypes: null,
    automaticPaymentMethods: false,
    paymentMethodId: status === 'requires_payment_method' ? null : 'pm_1',
    latestChargeId: held || status === 'succeeded' ? 'ch_0' : null,
    amountCapturable: held ? 4500 : 0,
    amountReceived: status === 'succeeded' ? 4500 : 0,
    lastPaymentError: null,
    nextAction: status === 'requires_action' ? { returnUrl: null } : null,
    canceledAt: null,
    cancellationReason: null,
    ...more,
  };
}

const HELD: ChargeRecord = {
  id: 'ch_0',
  intentId: 'pi_1',
  paymentMethodId: 'pm_1',
  amount: 4500,
  currency: 'usd',
  created: NOW,
  status: 'succeeded',
  captured: false,
  amountCaptured: 0,
  amountRefunded: 0,
  refunded: false,
  failure: null,
  metadata: {},
};

function decided(
  intent: IntentRecord,
  command: IntentCommand,
  card: string | undefined = 'pm_card_visa',
): Decision {
  return decide(intent, command, {
    now: NOW + 1,
    newChargeId: 'ch_1',
    paymentMethod: card === undefined ? undefined : methodOf(card),
    charge: intent.latestChargeId === null ? undefined : HELD,
  });
}

const COMMANDS: Record<string, IntentCommand> = {
  confirm: { type: 'confirm', returnUrl: null },
  'authenticate: passed': { type: 'authenticate', passed: true },
  'authenticate: failed': { type: 'authenticate', passed: false },
  capture: { type: 'capture' },
  cancel: { type: 'cancel', reason: null },
};

/** Where each command leads with a card that is accepted; `-` is refused. The whole table, by hand. */
const TABLE: Record<IntentStatus, Record<string, IntentStatus | '-'>> = {
  requires_payment_method: {
    confirm: 'requires_capture',
    'authenticate: passed': '-',
    'authenticate: failed': '-',
    capture: '-',
    cancel: 'canceled',
  },
  requires_confirmation: {
    confirm: 'requires_capture',
    'authenticate: passed': '-',
    'authenticate: failed': '-',
    capture: '-',
    cancel: 'canceled',
  },
  requires_action: {
    confirm: 'requires_capture',
    'authenticate: passed': 'requires_capture',
    'authenticate: failed': 'requires_payment_method',
    capture: '-',
    cancel: 'canceled',
  },
  requires_capture: {
    confirm: '-',
    'authenticate: passed': '-',
    'authenticate: failed': '-',
    capture: 'succeeded',
    cancel: 'canceled',
  },
  succeeded: {
    confirm: '-',
    'authenticate: passed': '-',
    'authenticate: failed': '-',
    capture: '-',
    cancel: '-',
  },
  canceled: {
    confirm: '-',
    'authenticate: passed': '-',
    'authenticate: failed': '-',
    capture: '-',
    cancel: '-',
  },
};

describe('the state table of a PaymentIntent', () => {
  const cells = INTENT_STATUSES.flatMap((status) =>
    Object.keys(COMMANDS).map((name) => [status, name, TABLE[status][name]] as const),
  );

  it('has every cell', () => {
    expect(cells).toHaveLength(30);
    expect(cells.filter(([, , to]) => to === undefined)).toEqual([]);
    expect(Object.keys(TRANSITIONS).sort()).toEqual([...INTENT_STATUSES].sort());
  });

  it.each(cells)('%s, %s -> %s', (status, name, to) => {
    const command = COMMANDS[name];
    if (!command) throw new Error(name);
    const intent = intentIn(status);
    const decision = decided(intent, command);
    if (to === '-') {
      expect(decision).toEqual({ kind: 'refused', reason: 'unexpected_state' });
    } else {
      expect(decision).toMatchObject({ kind: 'changed', intent: { id: 'pi_1', status: to } });
    }
    expect(intent).toEqual(intentIn(status));
  });
});

describe('confirm', () => {
  const start = intentIn('requires_payment_method');
  const confirm = COMMANDS['confirm'] as IntentCommand;

  it('holds the money when it is to be captured by hand', () => {
    expect(decided(start, confirm)).toEqual({
      kind: 'changed',
      intent: {
        ...start,
        status: 'requires_capture',
        paymentMethodId: 'pm_1',
        latestChargeId: 'ch_1',
        amountCapturable: 4500,
      },
      charge: { ...HELD, id: 'ch_1', created: NOW + 1 },
      events: ['payment_intent.amount_capturable_updated'],
    });
  });

  it('takes the money at once otherwise', () => {
    expect(decided({ ...start, captureMethod: 'automatic' }, confirm)).toMatchObject({
      intent: { status: 'succeeded', amountReceived: 4500, amountCapturable: 0 },
      charge: { captured: true, amountCaptured: 4500 },
      events: ['payment_intent.succeeded'],
    });
  });

  it('needs a payment method', () => {
    expect(
      decide(start, confirm, { now: NOW, newChargeId: 'ch_1', paymentMethod: undefined, charge: undefined }),
    ).toEqual({ kind: 'refused', reason: 'no_payment_method' });
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', undefined],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', undefined],
  ])('%s is declined: %s %s, and another card may be tried', (card, code, declineCode) => {
    const decision = decided(start, confirm, card);
    expect(decision).toMatchObject({
      kind: 'changed',
      intent: {
        status: 'requires_payment_method',
        paymentMethodId: null,
        latestChargeId: 'ch_1',
        amountCapturable: 0,
        lastPaymentError: { type: 'card_error', code, chargeId: 'ch_1', paymentMethodId: 'pm_1' },
      },
      charge: { status: 'failed', captured: false },
      events: ['payment_intent.payment_failed'],
      failure: { code },
    });
    expect(decision.kind === 'changed' && decision.failure?.declineCode).toBe(declineCode);
    expect(decision.kind === 'changed' && decided(decision.intent, confirm)).toMatchObject({
      intent: { status: 'requires_capture', lastPaymentError: null },
    });
  });

  it.each([
    'pm_card_authenticationRequired',
    'pm_card_authenticationRequiredOnSetup',
    'pm_card_threeDSecure2Required',
    'pm_card_threeDSecureRequiredChargeDeclined',
  ])('%s waits for the bank, with nothing charged', (card) => {
    const decision = decided(start, confirm, card);
    expect(decision).toMatchObject({
      intent: { status: 'requires_action', nextAction: { returnUrl: null }, latestChargeId: null },
      events: ['payment_intent.requires_action'],
    });
    expect(decision).not.toHaveProperty('charge');
  });

  it('declines at once a card whose capture fails, when capturing is automatic', () => {
    expect(decided({ ...start, captureMethod: 'automatic' }, confirm, 'pm_card_captureFail')).toMatchObject({
      intent: { status: 'requires_payment_method' },
      failure: { code: 'card_declined' },
    });
  });
});

describe('after the bank was asked', () => {
  const asked = intentIn('requires_action');

  it('a failed check charges nothing and opens the intent for another card', () => {
    expect(
      decided(asked, { type: 'authenticate', passed: false }, 'pm_card_authenticationRequired'),
    ).toMatchObject({
      intent: {
        status: 'requires_payment_method',
        nextAction: null,
        latestChargeId: null,
        lastPaymentError: { code: 'payment_intent_authentication_failure' },
      },
      events: ['payment_intent.payment_failed'],
    });
  });

  it('a card can be declined after a passed check', () => {
    const command: IntentCommand = { type: 'authenticate', passed: true };
    expect(decided(asked, command, 'pm_card_threeDSecureRequiredChargeDeclined')).toMatchObject({
      intent: {
        status: 'requires_payment_method',
        nextAction: null,
        lastPaymentError: { code: 'card_declined' },
      },
    });
  });
});

describe('capture', () => {
  const held = intentIn('requires_capture');

  it('takes what is asked for, up to the hold', () => {
    expect(decided(held, { type: 'capture', amount: 1200 })).toMatchObject({
      intent: { status: 'succeeded', amountReceived: 1200, amountCapturable: 0 },
      charge: { id: 'ch_0', captured: true, amountCaptured: 1200 },
      events: ['payment_intent.succeeded'],
    });
    expect(decided(held, { type: 'capture', amount: 4501 })).toEqual({
      kind: 'refused',
      reason: 'amount_too_large',
    });
  });

  it.each(['pm_card_captureFail', 'pm_card_chargeCustomerFail'])('%s is refused', (card) => {
    expect(decided(held, { type: 'capture' }, card)).toEqual({ kind: 'refused', reason: 'capture_declined' });
  });
});

describe('cancel', () => {
  it('gives a hold back', () => {
    const command: IntentCommand = { type: 'cancel', reason: 'abandoned' };
    expect(decided(intentIn('requires_capture'), command)).toMatchObject({
      intent: {
        status: 'canceled',
        amountCapturable: 0,
        canceledAt: NOW + 1,
        cancellationReason: 'abandoned',
      },
      charge: { captured: false, refunded: true, amountRefunded: 4500 },
      events: ['payment_intent.canceled', 'charge.refunded'],
    });
  });

  it('leaves a declined charge as it was', () => {
    const declined = intentIn('requires_payment_method', { latestChargeId: 'ch_0' });
    const decision = decided(declined, { type: 'cancel', reason: null });
    expect(decision).toMatchObject({ intent: { status: 'canceled' }, events: ['payment_intent.canceled'] });
    expect(decision).not.toHaveProperty('charge');
  });
});
