import type { Payment } from '@gittix/common/api';
import type { OrderState } from '@gittix/common/events';
import { signedInAs, waitFor } from '@gittix/common/testing';
import type { PaymentRecord } from '../../src/data/payment-model';
import { checkDue } from '../../src/use-cases/check-due';
import { startEmulator, type Emulator } from './emulator';
import { orderState, startPayments, type PaymentsService } from './payments-service';
import { openPostOffice, type PostOffice } from './post-office';
import { openStripeLink, type StripeLink } from './stripe-link';

/** What Stripe did for an order: its intents, and how often each operation had an effect. */
export interface Deeds {
  intents: number;
  status: string | undefined;
  received: number | undefined;
  captures: number;
  cancels: number;
  refunds: number;
}

/** Payments, the emulator, the wire between them and the webhooks' way back, with the stories tests begin with. */
export class Stage {
  private constructor(
    readonly office: PostOffice,
    readonly emulator: Emulator,
    readonly link: StripeLink,
    readonly service: PaymentsService,
  ) {}

  static async open(): Promise<Stage> {
    const office = await openPostOffice();
    const emulator = await startEmulator(office.url);
    const link = await openStripeLink(emulator.url);
    return new Stage(office, emulator, link, await startPayments({ stripeUrl: link.url }));
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.link.close();
    await this.emulator.close();
    await this.office.close();
  }

  get webhookUrl(): string {
    return `${this.service.url}/api/payments/webhook`;
  }

  /** An order that payments knows. */
  async newOrder(change: Partial<OrderState> = {}): Promise<OrderState> {
    const order = orderState(change);
    await this.service.publish('OrderCreated', order);
    return order;
  }

  post(order: OrderState) {
    return this.service.http.post('/api/payments').set(signedInAs(order.userId)).send({ orderId: order.id });
  }

  /** POST /api/payments, which has to work. */
  async start(order: OrderState): Promise<Payment & { clientSecret: string }> {
    const answer = await this.post(order);
    if (answer.status !== 201) expect(answer.status).toBe(200);
    return answer.body as Payment & { clientSecret: string };
  }

  /** Up to a held card that orders has not decided on. */
  async authorized(card = 'pm_card_visa'): Promise<{ order: OrderState; intentId: string }> {
    const order = await this.newOrder();
    const { clientSecret } = await this.start(order);
    expect((await this.emulator.confirm(clientSecret, card)).body.status).toBe('requires_capture');
    expect((await this.start(order)).status).toBe('authorized');
    return { order, intentId: clientSecret.split('_secret')[0] ?? '' };
  }

  /** Up to a finished sale. */
  async captured(card?: string): Promise<{ order: OrderState; intentId: string }> {
    const { order, intentId } = await this.authorized(card);
    const secured = next(order, 'secured');
    await this.service.publish('OrderSecured', secured);
    expect((await this.stored(order)).status).toBe('captured');
    const complete = next(secured, 'complete');
    await this.service.publish('OrderCompleted', complete);
    return { order: complete, intentId };
  }

  /** Orders decides, and no event tells this process: only whoever looks for itself finds out. */
  async decideSilently(order: OrderState, status: OrderState['status']): Promise<void> {
    await this.service.deps.orders.collection.updateOne({ _id: order.id as never }, { $set: { status } });
  }

  stored(order: OrderState): Promise<PaymentRecord> {
    return this.service.stored(order.id);
  }

  waitForStatus(order: OrderState, status: string): Promise<boolean> {
    const isThere = async () => (await this.stored(order)).status === status;
    return waitFor(isThere, { what: status });
  }

  /** Time passes, and the sweeper of this replica looks. */
  async sweepAfter(ms: number): Promise<void> {
    this.service.advance(ms);
    await checkDue(this.service.deps);
    await this.service.deps.reconciler.idle();
  }

  async atStripe({ id }: OrderState): Promise<Deeds> {
    const books = await this.emulator.books();
    const intents = books.payment_intents.filter(({ metadata }) => metadata.orderId === id);
    const ids = new Set(intents.map((intent) => intent.id));
    const count = (operation: string) =>
      books.entries.filter(
        (entry) => entry.operation === operation && entry.status === 200 && ids.has(entry.subject),
      ).length;
    return {
      intents: intents.length,
      status: intents[0]?.status,
      received: intents[0]?.amount_received,
      captures: count('payment_intent.capture'),
      cancels: count('payment_intent.cancel'),
      refunds: books.refunds.filter(
        ({ payment_intent, status }) => ids.has(payment_intent) && status === 'succeeded',
      ).length,
    };
  }
}

/** The order's next version. */
export const next = (order: OrderState, status: OrderState['status']): OrderState => ({
  ...order,
  version: order.version + 1,
  status,
});
