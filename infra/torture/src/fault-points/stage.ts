import { randomUUID } from 'node:crypto';
import { Agent } from 'undici';
import { History } from '../actors/history';
import { refund } from '../actors/operator';
import { type Call, Person } from '../actors/person';
import { Databases } from '../evidence/database';
import type { Operation, Poison } from '../evidence/evidence';
import type { Instance } from '../instance/instance';
import type { Signals } from '../instance/signals';
import { poll } from '../poll';
import { ASK_AGAIN_MS, insist, type Order, PATIENCE_MS } from './insist';

/** A payment that was begun, as its answer told it. */
export interface Begun extends Order {
  clientSecret: string;
  publishableKey: string;
  stripe: string;
}

/** Who plays in the scenarios, and what they do: each request is repeated until somebody knows its outcome. */
export class Stage {
  readonly history = new History();
  readonly poison: Poison[] = [];
  /** Directories with what the broker lost. */
  readonly lostStores: string[] = [];
  private readonly dispatcher = new Agent({ connections: 16, headersTimeout: 25_000, bodyTimeout: 25_000 });
  private readonly seller: Person;
  private readonly buyer: Person;
  private readonly operator: Person;
  private people = 0;

  private constructor(
    readonly instance: Instance,
    readonly signals: Signals,
  ) {
    this.seller = this.person('seller', 'seller');
    this.buyer = this.person('buyer', 'buyer');
    this.operator = this.person('operator', 'operator');
  }

  private person(name: string, role: Operation['role']): Person {
    return new Person(name, role, {
      url: this.instance.url,
      history: this.history,
      dispatcher: this.dispatcher,
    });
  }

  /** Signs the players up, and makes the operator one as an operator is made: by the command line. */
  static async open(instance: Instance, signals: Signals): Promise<Stage> {
    const stage = new Stage(instance, signals);
    try {
      await stage.signPlayersUp();
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  private async signPlayersUp(): Promise<void> {
    for (const person of [this.seller, this.buyer, this.operator]) await person.signUp();
    await this.instance.command('users', 'grant', this.operator.credentials.email, 'admin');
    await this.operator.signIn();
  }

  close(): Promise<void> {
    return this.dispatcher.destroy();
  }

  /** Somebody new; when nobody knows whether that worked, somebody else. */
  async signUp(): Promise<void> {
    await poll(
      async () => {
        const person = this.person(`guest-${(this.people += 1)}`, 'buyer');
        return person.signUp().then(
          () => true,
          () => false,
        );
      },
      { timeoutMs: PATIENCE_MS, everyMs: ASK_AGAIN_MS, what: () => 'somebody signed up' },
    );
  }

  async list(): Promise<string> {
    const { answer } = await insist(this.seller, () => ({
      kind: 'list',
      method: 'POST',
      path: '/api/tickets',
      ...listing(),
    }));
    return String(answer?.id);
  }

  async edit(ticketId: string): Promise<void> {
    const place = { path: `/api/tickets/${ticketId}`, target: ticketId };
    await insist(this.seller, () => ({ kind: 'edit', method: 'PUT', ...place, ...listing() }));
  }

  async withdraw(ticketId: string): Promise<void> {
    const place = { path: `/api/tickets/${ticketId}`, target: ticketId };
    await insist(this.seller, () => ({ kind: 'withdraw', method: 'DELETE', ...place }));
  }

  /** Under one Idempotency-Key, however often it is asked. */
  async reserve(ticketId: string): Promise<Order> {
    const idempotencyKey = randomUUID();
    const { answer } = await insist(this.buyer, () => ({
      kind: 'reserve',
      method: 'POST',
      path: '/api/orders',
      body: { ticketIds: [ticketId] },
      target: ticketId,
      idempotencyKey,
    }));
    return { id: String(answer?.id), ticketId, expiresAt: Date.parse(String(answer?.expiresAt)) };
  }

  async reserved(): Promise<Order> {
    return this.reserve(await this.list());
  }

  async cancel(order: Order): Promise<void> {
    const place = { path: `/api/orders/${order.id}`, target: order.id };
    await insist(this.buyer, () => ({ kind: 'cancel', method: 'DELETE', ...place }), order);
  }

  /** Answers the order with its new deadline. */
  async extend(order: Order): Promise<Order> {
    const place = { path: `/api/orders/${order.id}/extend`, target: order.id };
    const call = () => ({ kind: 'extend', method: 'POST', ...place }) as const;
    const { answer } = await insist(this.buyer, call, order);
    return { ...order, expiresAt: Date.parse(String(answer?.expiresAt)) };
  }

  async start(order: Order): Promise<Begun> {
    const place = { path: '/api/payments', body: { orderId: order.id }, target: order.id };
    const call = () => ({ kind: 'start-payment', method: 'POST', ...place }) as const;
    const { answer } = await insist(this.buyer, call, order);
    const { clientSecret = '', publishableKey = '', stripeJsUrl = '' } = answer as Record<string, string>;
    return { ...order, clientSecret, publishableKey, stripe: new URL(stripeJsUrl).origin };
  }

  async started(): Promise<Begun> {
    return this.start(await this.reserved());
  }

  /** What Stripe.js does in the browser. */
  async confirm(begun: Begun, card: string): Promise<void> {
    const { clientSecret, publishableKey } = begun;
    const form = { client_secret: clientSecret, payment_method: card };
    await insist(this.buyer, () => atStripe(begun, 'confirm', publishableKey, form), begun);
  }

  /** What somebody with the shop's key can do in Stripe's dashboard. */
  async captureByHand(begun: Begun): Promise<void> {
    const key = await this.instance.stripeSecretKey();
    await insist(this.operator, () => atStripe(begun, 'capture', key, {}));
  }

  /** A whole sale, paid and complete. */
  async sold(): Promise<Order> {
    const begun = await this.started();
    await this.confirm(begun, 'pm_card_visa');
    const place = { path: `/api/orders/${begun.id}`, target: begun.id };
    await poll(
      async () =>
        (await this.buyer.do({ kind: 'show-order', method: 'GET', ...place })).answer?.status === 'complete',
      { timeoutMs: PATIENCE_MS, everyMs: ASK_AGAIN_MS, what: () => `order ${begun.id} complete` },
    );
    return begun;
  }

  async refund({ id }: Order): Promise<void> {
    await insist(this.operator, () => refund(id));
  }

  /** Waits until orders has its copy of a ticket. */
  async knownToOrders(ticketId: string): Promise<void> {
    const databases = await Databases.at(this.instance.portOf('mongod'));
    try {
      const isKnown = async () =>
        (await databases.copies()).some(
          ({ keeper, of, state }) => keeper === 'orders' && of === 'ticket' && state.id === ticketId,
        );
      await poll(isKnown, { timeoutMs: PATIENCE_MS, what: () => `orders knows ticket ${ticketId}` });
    } finally {
      await databases.close();
    }
  }
}

function atStripe(
  { id, clientSecret, stripe }: Begun,
  what: 'confirm' | 'capture',
  key: string,
  form: Record<string, string>,
): Call {
  return {
    kind: 'confirm',
    method: 'POST',
    path: `/v1/payment_intents/${clientSecret.split('_secret_')[0]}/${what}`,
    target: id,
    at: { origin: stripe, headers: { authorization: `Bearer ${key}` }, form },
  };
}

/** A title of its own for each request, so that it is told apart wherever it turns up. */
function listing(): { title: string; price: number; body: unknown } {
  const title = `Concert ${randomUUID()}`;
  return { title, price: 2_000, body: { title, price: { amount: 2_000, currency: 'usd' } } };
}
