import fc from 'fast-check';
import type { OrderStatus, PaymentStatus } from '@gittix/common/api';
import type { Relay } from '@gittix/common/outbox';
import { silentLogger } from '@gittix/common/testing';
import type { OrderCopy, OrderCopyModel } from '../../src/data/order-model';
import type { PaymentRecord } from '../../src/data/payment-model';
import type { ReconcileDeps } from '../../src/deps';
import { reconcile } from '../../src/use-cases/reconcile';
import { FakePayments } from '../support/fake-documents';
import { FakeStripe, type Fault, type Turn } from '../support/fake-stripe';
import { orderFacts, paymentFacts } from '../support/facts';

const HOUR_MS = 3_600_000;
const LIVE: OrderStatus[] = ['created', 'secured', 'complete'];

/** What happens to a payment from outside, one at a time, anywhere between two requests of a worker. */
const happening = fc.constantFrom(
  'confirm',
  'confirm',
  'decline',
  'orders_hears',
  'orders_hears',
  'payments_hears',
  'payments_hears',
  'expire',
  'dashboard_captures',
  'dashboard_cancels',
  'dashboard_refunds',
);
type Happening = 'confirm' | 'decline' | 'orders_hears' | 'payments_hears' | 'expire' | `dashboard_${string}`;

const fault = fc.constantFrom<Fault>('none', 'none', 'none', 'lost', 'error_done', 'error_undone', 'refused');

/** Workers reconcile at once; each dies after so many requests and writes, if it gets that far. */
const round = fc.record({
  workers: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 3 }),
  happenings: fc.array(happening, { maxLength: 5 }),
  faults: fc.array(fault, { maxLength: 6 }),
  hoursLater: fc.constantFrom(0, 0, 0, 1, 23, 25),
});

class Killed extends Error {}

/** An order and its payment, with orders' rules in small. */
class World {
  now = Date.parse('2026-01-01T12:00:00Z');
  order: OrderStatus = 'created';
  copy: OrderStatus = 'created';
  /** A copy that is not of this payment's order, as after a grave mistake. */
  copyOfAnother = false;
  wasSecured = false;
  untouchedByOthers = true;
  readonly stripe = new FakeStripe(() => this.now);
  readonly payments = new FakePayments();

  constructor() {
    this.stripe.onCapture = () => {
      expect(this.copyOfAnother).toBe(false);
      expect(['secured', 'complete']).toContain(this.copy);
      expect(['secured', 'complete']).toContain(this.order);
    };
    const facts = paymentFacts({ createKeyAt: new Date(this.now), intentId: undefined });
    const { orderId: _id, intentId: _unknown, failure: _none, verdict: _undecided, ...fields } = facts;
    const record: PaymentRecord = {
      ...fields,
      _id,
      createdAt: new Date(this.now),
      checks: 0,
      version: 0,
      outbox: [],
    };
    this.payments.record = record;
  }

  get status(): PaymentStatus {
    return (this.payments.record as PaymentRecord).status;
  }

  /** A replica that reconciles until it is done or killed; every request and write takes a turn. */
  async work(turn: Turn): Promise<void> {
    const orders = {
      findById: () => ({
        lean: () => ({
          exec: async (): Promise<OrderCopy> => {
            await turn('load order');
            const stranger = this.copyOfAnother ? { userId: 'd'.repeat(24) } : {};
            return orderFacts(this.copy, stranger) as OrderCopy;
          },
        }),
      }),
    } as unknown as OrderCopyModel;
    const deps: ReconcileDeps = {
      payments: this.payments.model(turn),
      orders,
      relay: { kick: () => undefined } as unknown as Relay,
      stripe: this.stripe.gateway(turn),
      now: () => new Date(this.now),
      logger: silentLogger,
    };
    await reconcile(deps, 'a'.repeat(24));
  }

  happen(what: Happening): void {
    const intent = this.stripe.intents.at(-1);
    const isOpen = intent?.status === 'requires_payment_method';
    if (what.startsWith('dashboard_') && intent) this.untouchedByOthers = false;
    if (what === 'confirm' && isOpen) {
      Object.assign(intent, { status: 'requires_capture', amountCapturable: intent.amount });
    } else if (what === 'decline' && isOpen) {
      intent.lastError = { code: 'generic_decline', message: 'Your card was declined.' };
    } else if (what === 'orders_hears') this.ordersHears();
    else if (what === 'payments_hears') this.copy = this.order;
    else if (what === 'expire' && this.order === 'created') this.order = 'expired';
    else if (what === 'dashboard_captures' && intent?.status === 'requires_capture') {
      Object.assign(intent, { status: 'succeeded', amountCapturable: 0, amountReceived: intent.amount });
    } else if (what === 'dashboard_cancels' && intent && (isOpen || intent.status === 'requires_capture')) {
      Object.assign(intent, { status: 'canceled', amountCapturable: 0 });
    } else if (what === 'dashboard_refunds' && intent?.status === 'succeeded') {
      intent.refunds = { ...intent.refunds, succeeded: intent.amountReceived };
    }
  }

  /** What orders makes of its copy of the payment (design, order states). */
  private ordersHears(): void {
    const { status } = this;
    if (this.order === 'created' && status === 'authorized') {
      this.order = 'secured';
      this.wasSecured = true;
    } else if (this.order === 'secured' && status === 'captured') this.order = 'complete';
    else if (this.order === 'secured' && status === 'failed') this.order = 'cancelled';
    else if (LIVE.slice(1).includes(this.order) && status === 'refunded') this.order = 'refunded';
  }
}

/** Runs what may only end by being killed or by Stripe's trouble; a bug passes. */
async function survive(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const name = (error as Error).name;
    if (!(error instanceof Killed) && !/^Stripe|^AppError/.test(name)) throw error;
  }
}

/** Everybody hears everything and reconciles until nothing changes. */
async function settle(world: World): Promise<void> {
  for (let quiet = 0, rounds = 0; quiet < 3; rounds++) {
    if (rounds === 100) throw new Error('the payment does not come to rest');
    const before = JSON.stringify([world.payments.record, world.order, world.stripe.intents]);
    world.happen('payments_hears');
    await survive(world.work(() => Promise.resolve()));
    world.happen('orders_hears');
    quiet =
      JSON.stringify([world.payments.record, world.order, world.stripe.intents]) === before ? quiet + 1 : 0;
  }
}

function checkEnd(world: World): void {
  const { order, stripe, status } = world;
  expect(stripe.intents.length).toBeLessThanOrEqual(1);
  expect(stripe.captures).toBeLessThanOrEqual(1);
  const intent = stripe.intents[0];
  const isMoneyHere = intent?.status === 'succeeded' && intent.refunds.succeeded === 0;
  if (!LIVE.includes(order)) {
    expect(intent === undefined || intent.status === 'canceled' || intent.refunds.succeeded > 0).toBe(true);
    expect(['voided', 'failed', 'refunded']).toContain(status);
  }
  if (world.untouchedByOthers && !world.copyOfAnother) {
    expect(order).not.toBe('secured');
    expect(isMoneyHere).toBe(order === 'complete');
    // No trouble but the bank's own no may cost a sale that was won.
    if (world.wasSecured && !stripe.refusedACapture) expect(order).toBe('complete');
  }
  if (isMoneyHere) expect(LIVE).toContain(order);
}

describe('money, whatever happens in whatever order', () => {
  it('is captured for a won order only, once, and never stays with us for a dead one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(round, { minLength: 1, maxLength: 6 }),
        fc.array(fault, { maxLength: 6 }),
        fc.integer({ min: 0, max: 19 }),
        async (scheduler, rounds, lateFaults, oneInTwenty) => {
          const world = new World();
          world.copyOfAnother = oneInTwenty === 0;
          for (const { workers, happenings, faults, hoursLater } of rounds) {
            world.stripe.faults = [...faults];
            const turn = async (label: string) => scheduler.schedule(Promise.resolve(), label);
            const actors = workers.map((lifetime) => survive(mortal(world, turn, lifetime)));
            for (const what of happenings) {
              actors.push(turn(what).then(() => world.happen(what as Happening)));
            }
            await scheduler.waitFor(Promise.all(actors));
            world.now += hoursLater * HOUR_MS;
          }
          // Those that are left go wrong late, the rest goes well.
          world.stripe.faults = [...lateFaults];
          await settle(world);
          world.happen('expire');
          await settle(world);
          checkEnd(world);
        },
      ),
      { numRuns: 600 },
    );
  }, 300_000);
});

/** A worker that is killed after `lifetime` turns. */
function mortal(world: World, turn: Turn, lifetime: number): Promise<void> {
  let left = lifetime;
  return world.work(async (label) => {
    if (left-- <= 0) throw new Killed();
    await turn(label);
  });
}
