import type { OrderStatus, PaymentStatus } from '@gittix/common/api';
import type { Shown } from '../../src/domain/intent';
import { idempotencyKey, type Call, type PaymentFacts } from '../../src/domain/payment';
import {
  afterRefusal,
  howToAsk,
  isUndone,
  nextStep,
  type Change,
  type Step,
} from '../../src/domain/reconcile';
import { orderFacts, paymentFacts } from './facts';
import { StripeModel, type Outcome } from './stripe-model';

export const DEAD: readonly OrderStatus[] = ['cancelled', 'expired', 'refunded'];
const LIVE: readonly OrderStatus[] = ['created', 'secured', 'complete'];
const START = Date.parse('2026-01-01T12:00:00Z');

/** What a worker read, some time ago, and is about to decide on. */
interface Look {
  version: number;
  payment: PaymentFacts;
  order: OrderStatus;
  shown: Shown;
}

/** A payment, its order and Stripe, moved by the decision functions of production alone. */
export class PaymentLife {
  readonly stripe = new StripeModel();
  now = START;
  order: OrderStatus = 'created';
  /** Payments' copy of the order, orders' copy of the payment: as old as events are late. */
  orderCopy: OrderStatus = 'created';
  paymentCopy: PaymentStatus = 'started';
  wasSecured = false;
  byOthers = false;
  version = 0;
  readonly events: string[] = ['PaymentUpdated'];
  readonly steps: string[] = [];
  payment: PaymentFacts = paymentFacts({ intentId: undefined, createKeyAt: new Date(START) });
  private readonly looks: (Look | undefined)[] = [undefined, undefined];

  /** One of two workers looks, or does what follows from its look. False when there was nothing to do. */
  work(worker: 0 | 1, outcome: Outcome): boolean {
    const look = this.looks[worker];
    if (!look) {
      this.looks[worker] = { ...this.read(), shown: this.ask() };
      return true;
    }
    this.looks[worker] = undefined;
    const step = nextStep(look.payment, orderFacts(look.order), look.shown);
    if (step.kind === 'wait' || step.kind === 'tell') return false;
    this.take(worker, look, step, outcome);
    return true;
  }

  /** Whoever was at work is killed. */
  crash(): void {
    this.looks.fill(undefined);
  }

  private read(): Omit<Look, 'shown'> {
    const payment = { ...this.payment, tries: { ...this.payment.tries } };
    return { version: this.version, payment, order: this.orderCopy };
  }

  private ask(): Shown {
    switch (howToAsk(this.payment, new Date(this.now))) {
      case 'by_id':
        return this.stripe.show(this.payment.intentId ?? '') ?? 'missing';
      case 'by_create':
        return 'unasked';
      case 'by_search':
        return this.stripe.find() ?? 'absent';
    }
  }

  private take(worker: 0 | 1, look: Look, step: Exclude<Step, { kind: 'wait' | 'tell' }>, outcome: Outcome) {
    if (step.kind === 'renew') this.renew(look, step.call);
    else if (step.kind === 'change') {
      // The next step is decided on the same answer of Stripe, as long as nobody else wrote.
      if (this.change(look, step.change)) this.looks[worker] = { ...this.read(), shown: look.shown };
    } else this.call(worker, look, step.call, outcome);
  }

  private call(worker: 0 | 1, look: Look, call: Call, outcome: Outcome): void {
    const { payment } = look;
    if (call === 'capture') this.assertWon();
    const reply = this.stripe.call(call, idempotencyKey(payment, call), this.now, outcome, payment.create);
    if (reply.kind === 'intent') {
      const { intent } = reply;
      if (this.version === look.version) this.looks[worker] = { ...this.read(), shown: intent };
      return;
    }
    if (reply.kind === 'unknown') return;
    if (call === 'create') {
      if (reply.kind !== 'server') this.write(look, 'PaymentUpdated', { createStuck: true });
      return;
    }
    const intent = this.stripe.show(payment.intentId ?? '');
    if (!intent || !isUndone(call, intent)) return;
    const next = afterRefusal(call, { code: 'declined', message: 'no' });
    if (reply.kind === 'refused' && next.kind === 'change') this.change(look, next.change);
    else this.renew(look, call);
  }

  private renew(look: Look, call: Call): void {
    const tries = { ...look.payment.tries, [call]: look.payment.tries[call] + 1 };
    const key = call === 'create' ? { createKeyAt: new Date(this.now), createStuck: false } : {};
    this.write(look, 'PaymentUpdated', { tries, ...key });
  }

  private change(look: Look, { event, status, intent, failure, verdict }: Change): boolean {
    return this.write(look, event, {
      ...(status && { status }),
      ...(intent && { intentId: intent.id }),
      ...(failure !== undefined && { failure: failure ?? undefined }),
      ...(verdict && { verdict }),
    });
  }

  /** One write, one version step, one event; nothing when somebody else wrote since the look. */
  private write(look: Look, event: string, change: Partial<PaymentFacts>): boolean {
    if (look.version !== this.version) return false;
    this.steps.push(`${this.payment.status} ${change.status ?? this.payment.status} ${event}`);
    this.payment = { ...this.payment, ...change };
    this.version += 1;
    this.events.push(event);
    return true;
  }

  private assertWon(): void {
    if (this.order !== 'secured' && this.order !== 'complete')
      throw new Error(`captured for an order that is ${this.order}`);
  }

  /** What orders makes of its copy of the payment (design, order states). */
  ordersHears(): void {
    const status = (this.paymentCopy = this.payment.status);
    if (this.order === 'created' && status === 'authorized') {
      this.order = 'secured';
      this.wasSecured = true;
    } else if (this.order === 'secured' && status === 'captured') this.order = 'complete';
    else if (this.order === 'secured' && status === 'failed') this.order = 'cancelled';
    else if (['secured', 'complete'].includes(this.order) && status === 'refunded') this.order = 'refunded';
  }

  /** A worker that nobody disturbs, until there is nothing to do. */
  workOn(): void {
    this.looks[0] = undefined;
    for (let steps = 0; this.work(0, 'done'); steps++) if (steps === 60) throw new Error('goes in circles');
  }

  operatorRefunds(): void {
    if (this.payment.status !== 'captured') return;
    this.write({ ...this.read(), shown: 'unasked' }, 'PaymentUpdated', { status: 'refunding' });
  }

  /** Everybody hears everything and works until nothing changes; throws when that does not end. */
  comeToRest(): void {
    this.crash();
    for (let quiet = 0, rounds = 0; quiet < 2; rounds++) {
      if (rounds === 50) throw new Error(`does not come to rest: ${this.steps.join(', ')}`);
      const before = `${this.version} ${this.order}`;
      this.orderCopy = this.order;
      this.workOn();
      this.ordersHears();
      quiet = before === `${this.version} ${this.order}` ? quiet + 1 : 0;
    }
  }

  get isMoneyHere(): boolean {
    return this.stripe.intents.some(
      ({ status, amountReceived, refunds }) => status === 'succeeded' && refunds.succeeded < amountReceived,
    );
  }

  get isHeld(): boolean {
    return this.stripe.intents.some(({ status }) => status === 'requires_capture');
  }

  get isLive(): boolean {
    return LIVE.includes(this.order);
  }
}
