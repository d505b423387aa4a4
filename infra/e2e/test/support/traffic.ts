import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, Person } from './person';

/** One request of everyday use, and how it went. */
export interface Seen {
  kind: string;
  /** Undefined: no answer at all. */
  status: number | undefined;
  retryAfter: string | null;
  ms: number;
  text: string;
}

/** A kind of request, and the answers it may get; 503 with Retry-After may come to any of them. */
export interface Kind {
  name: string;
  expected: readonly number[];
  send: () => Promise<Answer>;
}

const PAUSE_MS = 60;

/** Sends every kind again and again, each as soon as its last one was answered, until told to stop; then answers with all. */
export function startTraffic(kinds: Kind[]): { stop: () => Promise<Seen[]> } {
  const seen: Seen[] = [];
  let going = true;
  const repeat = async ({ name, send }: Kind) => {
    while (going) {
      seen.push(await observe(name, send));
      await delay(PAUSE_MS);
    }
  };
  const all = Promise.all(kinds.map(repeat));
  return {
    stop: async () => {
      going = false;
      await all;
      return seen;
    },
  };
}

async function observe(kind: string, send: () => Promise<Answer>): Promise<Seen> {
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  try {
    const { status, headers, body } = await send();
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return { kind, status, retryAfter: headers.get('retry-after'), ms: ms(), text };
  } catch (error) {
    return { kind, status: undefined, retryAfter: null, ms: ms(), text: String(error) };
  }
}

/** One of everything the shop can be asked by people who are signed in, about an open order and a ticket to be had. */
export function everyKind(
  { seller, buyer }: { seller: Person; buyer: Person },
  { orderId, ticketId }: { orderId: string; ticketId: string },
): Kind[] {
  const stock = [ticketId];
  let last = orderId;
  return [
    { name: 'GET tickets', expected: [200], send: () => buyer.get('/api/tickets') },
    { name: 'GET orders', expected: [200], send: () => buyer.get('/api/orders') },
    { name: 'GET an order', expected: [200], send: () => buyer.get(`/api/orders/${orderId}`) },
    { name: 'GET a payment', expected: [200], send: () => buyer.get(`/api/payments/${orderId}`) },
    { name: 'GET who I am', expected: [200], send: () => buyer.get('/api/users/currentuser') },
    {
      name: 'POST a ticket',
      expected: [201],
      send: async () => {
        const listing = { title: 'In hard times', price: { amount: 900, currency: 'usd' } };
        const answer = await seller.post('/api/tickets', listing);
        if (answer.status === 201) stock.push(answer.body.id);
        return answer;
      },
    },
    {
      name: 'POST an order',
      // Without the bus orders has not heard of the newest tickets.
      expected: [200, 201, 404, 409],
      send: async () => {
        const answer = await buyer.reserves(stock.at(-1) ?? ticketId);
        if (answer.status === 201) last = answer.body.id;
        return answer;
      },
    },
    {
      name: 'POST a payment',
      expected: [200, 201],
      send: () => buyer.post('/api/payments', { orderId: last }),
    },
    {
      name: 'POST a sign-up',
      expected: [201],
      send: () => {
        const person = new Person(buyer.url);
        const { email, password } = person;
        return person.post('/api/users/signup', { email, password });
      },
    },
    { name: 'the home page', expected: [200], send: () => buyer.get('/') },
    { name: 'the page of orders', expected: [200], send: () => buyer.get('/orders') },
    { name: 'the page of an order', expected: [200], send: () => buyer.get(`/orders/${orderId}`) },
    { name: 'the page to sell', expected: [200], send: () => buyer.get('/sell') },
  ];
}
