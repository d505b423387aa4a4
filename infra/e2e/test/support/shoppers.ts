import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Person, type Answer } from './person';

/** Longer than an order may need to become known to payments. */
const SETTLED_MS = 3_000;
/**
 * As often as they try again, with the same key. A ticket is unknown (404, after 2 s) for up to 5 s when a killed replica had
 * just taken the news of it, and an order to payments (503, after 2 s).
 */
const MOST_TRIES = 20;
const PAYING_TRIES = 8;

export interface Shoppers {
  /** Requests that were answered. */
  readonly answered: number;
  /** Every answer that was none or a server's fault: `POST /api/orders 503 unavailable`. */
  readonly failures: string[];
  /** Ids of the orders that were acknowledged. */
  readonly orders: string[];
  /** Reservations that did not come to an order although they were repeated. */
  readonly lost: string[];
  stop(): Promise<void>;
}

/** As our pages do: under its key a request has one effect, so that whatever lies on the way may repeat it. */
const newKey = (key: string = randomUUID()) => ({ 'idempotency-key': key });

/** People who list, look, reserve and begin to pay, over kept connections, until told to stop. */
export function startShoppers(url: string, count: number): Shoppers {
  const state = { answered: 0, failures: [] as string[], orders: [] as string[], lost: [] as string[] };
  let busy = true;

  const isTooEarly = (answer: Answer | undefined) => answer?.body.code === 'order_not_known_yet';
  const ask = async (name: string, send: () => Promise<Answer>): Promise<Answer | undefined> => {
    const answer = await send().catch((error: Error) => {
      state.failures.push(`${name} ${error.cause instanceof Error ? error.cause.message : error.message}`);
      return undefined;
    });
    if (!answer) return undefined;
    state.answered += 1;
    // An order that has not arrived at payments yet is no fault, unless it never does: whoever asks is told to come again.
    if (answer.status >= 500 && !isTooEarly(answer)) {
      const retry = answer.headers.get('retry-after') === null ? '' : ', may be repeated';
      state.failures.push(`${name} ${answer.status} ${String(answer.body.code)}${retry}`);
    }
    return answer;
  };
  const fine = (answer: Answer | undefined) => answer !== undefined && answer.status < 500;

  const shop = async () => {
    const [seller, buyer] = (await Promise.all([1, 2].map(() => Person.signedUp(url)))) as [Person, Person];
    const listed: string[] = [];
    const reserved: { id: string; at: number }[] = [];
    while (busy) {
      const listing = { title: `Roll ${randomUUID()}`, price: { amount: 700, currency: 'usd' } };
      const ticket = await ask('POST /api/tickets', () => seller.post('/api/tickets', listing, newKey()));
      if (ticket?.status === 201) listed.push(ticket.body.id as string);
      await ask('GET /api/tickets', () => buyer.get('/api/tickets'));
      await ask('GET /', () => buyer.get('/'));
      // One that orders has had time to hear of.
      const ticketId = listed.length > 2 ? listed.shift() : undefined;
      if (ticketId !== undefined) {
        const headers = newKey();
        let order: Answer | undefined;
        for (let tries = 0; tries < MOST_TRIES && !(fine(order) && order?.status !== 404); tries += 1) {
          if (tries > 0) await delay(200);
          order = await ask('POST /api/orders', () => buyer.reserves(ticketId, headers));
        }
        if (order && [200, 201].includes(order.status)) {
          state.orders.push(order.body.id as string);
          reserved.push({ id: order.body.id as string, at: Date.now() });
        } else state.lost.push(`${ticketId}: ${order?.status} ${JSON.stringify(order?.body)}`);
      }
      const [oldest] = reserved;
      if (oldest && Date.now() - oldest.at > SETTLED_MS) {
        reserved.shift();
        const payment = { orderId: oldest.id };
        const begin = () => buyer.post('/api/payments', payment, newKey(oldest.id));
        let begun = await ask('POST /api/payments', begin);
        for (let tries = 1; tries < PAYING_TRIES && isTooEarly(begun); tries += 1) {
          await delay(1_000);
          begun = await ask('POST /api/payments', begin);
        }
        if (isTooEarly(begun)) state.failures.push(`POST /api/payments: order ${oldest.id} is never known`);
        await ask('GET /api/orders/:id', () => buyer.get(`/api/orders/${oldest.id}`));
      }
    }
  };
  const shopping = Array.from({ length: count }, shop);
  return Object.assign(state, {
    stop: async () => {
      busy = false;
      await Promise.all(shopping);
    },
  });
}
