import fc from 'fast-check';
import type { OrderStatus } from '@gittix/common/api';
import { DEAD, PaymentLife } from '../support/payment-life';
import { OUTCOMES, type Outcome } from '../support/stripe-model';

const RUNS = 100_000;
const HOUR_MS = 3_600_000;

type Happening = (life: PaymentLife, outcome: Outcome) => void;

const worker =
  (which: 0 | 1): Happening =>
  (life, outcome) =>
    void life.work(which, outcome);

/** Somebody at Stripe's dashboard, whose doing is none of ours. */
const dashboard = (deed: (life: PaymentLife) => void): Happening =>
  seldom((life) => {
    life.byOthers = true;
    deed(life);
  });

const ends =
  (status: OrderStatus): Happening =>
  (life) => {
    if (life.order === 'created') life.order = status;
  };

const later =
  (hours: number): Happening =>
  (life) => {
    life.now += hours * HOUR_MS;
    // No request is under way for hours; whoever made it has given up.
    life.crash();
  };

const intentIn = (life: PaymentLife, ...statuses: string[]) =>
  life.stripe.intents.find(({ status }) => statuses.includes(status));

const confirm: Happening = (life) => {
  const intent = intentIn(life, 'requires_payment_method', 'requires_action');
  // Nobody can pay before the secret was handed out, and that is after the id was written down.
  if (intent && life.payment.intentId)
    Object.assign(intent, { status: 'requires_capture', amountCapturable: intent.amount });
};

/** News arrive at once, and are worked on undisturbed. */
const allGoesWell: Happening = (life) => {
  life.ordersHears();
  life.orderCopy = life.order;
  life.workOn();
};

/** One time in twelve: what ends a life, or nearly none would be long enough to tell anything. */
const seldom =
  (what: Happening): Happening =>
  (life, outcome) => {
    if (outcome === 'lost') what(life, outcome);
  };

/** Work is what there is most of; the first two are the ordinary way. */
const HAPPENINGS: Happening[] = [
  ...Array.from({ length: 7 }, () => worker(0)),
  ...Array.from({ length: 3 }, () => allGoesWell),
  ...Array.from({ length: 2 }, (): Happening => (life) => life.operatorRefunds()),
  ...Array.from({ length: 4 }, () => worker(1)),
  confirm,
  confirm,
  (life) => {
    const intent = intentIn(life, 'requires_payment_method');
    if (intent && life.payment.intentId) intent.lastError = { code: 'generic_decline', message: 'no' };
  },
  (life) => {
    const intent = intentIn(life, 'requires_payment_method');
    if (intent && life.payment.intentId) intent.status = 'requires_action';
  },
  (life) => life.ordersHears(),
  (life) => life.ordersHears(),
  (life) => void (life.orderCopy = life.order),
  (life) => void (life.orderCopy = life.order),
  seldom(ends('expired')),
  seldom(ends('cancelled')),
  (life) => life.crash(),
  later(1),
  seldom(later(25)),
  dashboard((life) => {
    const intent = intentIn(life, 'requires_capture');
    if (intent)
      Object.assign(intent, { status: 'succeeded', amountReceived: intent.amount, amountCapturable: 0 });
  }),
  dashboard((life) => {
    const intent = intentIn(life, 'requires_payment_method', 'requires_action', 'requires_capture');
    if (intent) Object.assign(intent, { status: 'canceled', amountCapturable: 0 });
  }),
  dashboard((life) => {
    const intent = intentIn(life, 'succeeded');
    if (intent) intent.refunds = { ...intent.refunds, succeeded: intent.amountReceived };
  }),
];

/** Every other outcome is good, or nearly no sale would ever end well. */
const outcomeOf = (number: number): Outcome =>
  number % 2 === 0 ? 'done' : (OUTCOMES[Math.floor(number / 2) % OUTCOMES.length] as Outcome);

/** A happening and how a call ends in it, as one number: 100,000 sequences have to be cheap. */
const happening = fc.nat({ max: HAPPENINGS.length * OUTCOMES.length * 2 - 1 });

/** The only steps a payment may ever make, and the event that tells of each. */
const STEPS: Record<string, Record<string, string>> = {
  started: {
    started: 'PaymentUpdated',
    authorized: 'PaymentAuthorized',
    voiding: 'PaymentUpdated',
    voided: 'PaymentUpdated',
    failed: 'ChargeFailed',
    refunding: 'PaymentUpdated',
    refunded: 'ChargeRefunded',
  },
  authorized: {
    authorized: 'PaymentUpdated',
    captured: 'ChargeCreated',
    voiding: 'PaymentUpdated',
    voided: 'PaymentUpdated',
    failed: 'ChargeFailed',
    refunding: 'PaymentUpdated',
    refunded: 'ChargeRefunded',
  },
  captured: { refunding: 'PaymentUpdated', refunded: 'ChargeRefunded' },
  voiding: {
    voiding: 'PaymentUpdated',
    voided: 'PaymentUpdated',
    failed: 'ChargeFailed',
    refunding: 'PaymentUpdated',
    refunded: 'ChargeRefunded',
  },
  refunding: { refunding: 'PaymentUpdated', refunded: 'ChargeRefunded' },
  // A slow worker's intent, made after the search had found none.
  voided: { voided: 'PaymentUpdated', voiding: 'PaymentUpdated' },
  failed: { failed: 'PaymentUpdated', voiding: 'PaymentUpdated' },
};
const COMMON_STEPS = [
  'started started PaymentUpdated',
  'started authorized PaymentAuthorized',
  'started voiding PaymentUpdated',
  'authorized authorized PaymentUpdated',
  'authorized captured ChargeCreated',
  'authorized voiding PaymentUpdated',
  'captured refunding PaymentUpdated',
  'refunding refunded ChargeRefunded',
  'voiding voiding PaymentUpdated',
  'voiding voided PaymentUpdated',
];

function isAllowed(step: string): boolean {
  const [from = '', to = '', event] = step.split(' ');
  return event !== undefined && STEPS[from]?.[to] === event;
}

/** By hand, since `expect` would take most of the time. */
function assertEnd(life: PaymentLife): void {
  const assert = (isRight: boolean, what: string) => {
    if (!isRight)
      throw new Error(
        `${what}; order ${life.order}, payment ${life.payment.status}: ${life.steps.join(', ')}`,
      );
  };
  assert(life.stripe.intents.length <= 1, 'more than one intent');
  assert(life.stripe.captures <= 1, 'captured twice');
  assert(life.events.length === life.version + 1, 'not one event for each version');
  assert(!life.isHeld, 'money is held still');
  if (DEAD.includes(life.order)) {
    assert(!life.isMoneyHere, 'a dead order keeps money');
    assert(
      ['voided', 'failed', 'refunded'].includes(life.payment.status),
      'the payment of a dead order lives',
    );
    return;
  }
  if (!life.byOthers) assert(life.order === 'complete' && life.isMoneyHere, 'neither sold nor dead');
}

describe('a payment, whatever comes in whatever order', () => {
  it('moves money for a won order only, once, gives back what a dead one has, and comes to rest, in 100,000 lives', () => {
    const met = new Set<string>();
    const ended = new Map<string, number>();
    const begun = Date.now();
    fc.assert(
      fc.property(fc.array(happening, { minLength: 4, maxLength: 24, size: 'max' }), (sequence) => {
        const life = new PaymentLife();
        for (const number of sequence) {
          const what = HAPPENINGS[number % HAPPENINGS.length] as Happening;
          what(life, outcomeOf(Math.floor(number / HAPPENINGS.length)));
        }
        life.comeToRest();
        ends('expired')(life, 'done');
        life.comeToRest();
        assertEnd(life);
        // Only the bank's own no, or somebody at the dashboard, costs a sale that was won.
        if (
          life.wasSecured &&
          !life.byOthers &&
          !life.stripe.refusedACapture &&
          !['complete', 'refunded'].includes(life.order)
        )
          throw new Error(`a won sale was lost: ${life.steps.join(', ')}`);
        for (const step of life.steps) met.add(step);
        const end = `order ${life.order}, payment ${life.payment.status}`;
        ended.set(end, (ended.get(end) ?? 0) + 1);
      }),
      { numRuns: RUNS },
    );
    console.info(
      `${RUNS} lives in ${Date.now() - begun} ms, ${met.size} kinds of step;`,
      [...ended].map(([end, count]) => `${end}: ${count}`).join('; '),
    );
    expect([...met].filter((step) => !isAllowed(step))).toEqual([]);
    // Every ordinary step was made, and the good end reached often: else the sequences prove little.
    expect([...met]).toEqual(expect.arrayContaining(COMMON_STEPS));
    expect(ended.get('order complete, payment captured')).toBeGreaterThan(RUNS / 20);
    expect(ended.get('order refunded, payment refunded')).toBeGreaterThan(0);
  }, 300_000);
});
