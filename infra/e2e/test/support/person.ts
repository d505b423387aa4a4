import { randomUUID } from 'node:crypto';
import { poll } from './poll';

/** An answer of the API, whatever it is. */
export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- black box: the tests look at what really came
  body: any;
  headers: Headers;
}

/** Somebody who uses the API by HTTP alone, as curl with a cookie jar would. */
export class Person {
  private cookie = '';
  id = '';
  readonly email = `${randomUUID()}@example.test`;
  readonly password = `correct-${randomUUID()}`;

  constructor(readonly url: string) {}

  static async signedUp(url: string): Promise<Person> {
    const person = new Person(url);
    const { email, password } = person;
    const answer = await person.send('POST', '/api/users/signup', { email, password });
    if (answer.status !== 201)
      throw new Error(`sign-up answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    person.id = answer.body.id;
    return person;
  }

  get = (path: string) => this.send('GET', path);
  post = (path: string, body?: unknown, headers?: Record<string, string>) =>
    this.send('POST', path, body, headers);
  put = (path: string, body: unknown) => this.send('PUT', path, body);
  delete = (path: string) => this.send('DELETE', path);

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        origin: this.url,
        ...(this.cookie && { cookie: this.cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const set = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
    if (set.length > 0) this.cookie = set.join('; ');
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, body: isJson ? JSON.parse(text) : text, headers: answer.headers };
  }

  /** Lists a ticket and answers with it once orders has heard of it: asked for it, orders waits, but no longer than a shopper. */
  async lists(overrides: object = {}): Promise<{ id: string; price: { amount: number } }> {
    const listing = {
      title: `Concert ${randomUUID()}`,
      price: { amount: 2_000, currency: 'usd' },
      ...overrides,
    };
    const answer = await this.post('/api/tickets', listing);
    if (answer.status !== 201)
      throw new Error(`listing answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    await poll(async () => (await this.reserves(answer.body.id)).body.code === 'own_ticket', {
      what: () => `orders knowing ticket ${answer.body.id}`,
    });
    return answer.body;
  }

  reserves = (ticketId: string, headers?: Record<string, string>) =>
    this.post('/api/orders', { ticketId }, headers);

  /** Starts the payment of an order and confirms it with one of Stripe's test payment methods, as the browser would. */
  async pays(
    orderId: string,
    paymentMethod = 'pm_card_visa',
  ): Promise<{ started: Answer; confirmed: Answer }> {
    const started = await this.startsPaying(orderId);
    return { started, confirmed: await this.confirms(started, paymentMethod) };
  }

  /** As the page does: told that payments has not heard of the order yet, it comes again. */
  async startsPaying(orderId: string): Promise<Answer> {
    const started = await poll(async () => {
      const answer = await this.post('/api/payments', { orderId });
      return answer.body.code === 'order_not_known_yet' ? undefined : answer;
    });
    if (![200, 201].includes(started.status)) {
      throw new Error(`POST /api/payments answered ${started.status}: ${JSON.stringify(started.body)}`);
    }
    return started;
  }

  /** What Stripe.js does, and nothing after it: our side is not told. */
  async confirms(started: Answer, paymentMethod = 'pm_card_visa'): Promise<Answer> {
    const { clientSecret, publishableKey, stripeJsUrl } = started.body;
    const [intentId] = clientSecret.split('_secret_');
    const answer = await fetch(`${new URL(stripeJsUrl).origin}/v1/payment_intents/${intentId}/confirm`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${publishableKey}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ client_secret: clientSecret, payment_method: paymentMethod }),
    });
    return { status: answer.status, body: await answer.json(), headers: answer.headers };
  }
}
