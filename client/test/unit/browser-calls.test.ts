import { callApi, needsSignIn } from '../../src/browser/api';
import { requestKeys } from '../../src/browser/request-key';
import { serverTime } from '../../src/browser/server-clock';
import { reserve } from '../../src/features/checkout/reserve';
import { startPayment } from '../../src/features/checkout/start-payment';
import { rememberPress, takePress } from '../../src/features/tickets/remembered-press';
import { problemAnswer, startFakeServices, type FakeServices } from '../support/fake-services';
import { anOrder, aPayment, ORDER, TICKET } from '../support/wire';

let services: FakeServices;
const stored = new Map<string, string>();
/** The page's calls with addresses a test can reach: the same function, one origin. */
const call: typeof callApi = (path, options) => callApi(`${services.url}${path}`, options);

beforeAll(async () => {
  services = await startFakeServices();
  const sessionStorage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  Object.assign(globalThis, { window: { sessionStorage } });
});
beforeEach(() => {
  services.reset();
  stored.clear();
});
afterAll(async () => {
  Reflect.deleteProperty(globalThis, 'window');
  await services.close();
});

const keysSent = () => services.seen.map(({ headers }) => headers['idempotency-key']);

describe('callApi', () => {
  it('gives the value and the status', async () => {
    services.answer('GET /api/orders/1', { body: { id: 1 } });
    expect(await call('/api/orders/1')).toEqual({ ok: true, status: 200, value: { id: 1 } });
  });

  it('takes an empty answer', async () => {
    services.answer('POST /api/users/signout', { status: 204, body: '' });
    expect(await call('/api/users/signout', { method: 'POST' })).toMatchObject({ ok: true, status: 204 });
  });

  it('sends JSON and the idempotency key', async () => {
    services.answer('POST /api/orders', { status: 201, body: {} });
    await call('/api/orders', { method: 'POST', body: { a: 1 }, idempotencyKey: 'k' });
    expect(services.seen[0]).toMatchObject({
      body: '{"a":1}',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
    });
  });

  it('tells a refusal by its code, with when the ticket may come back', async () => {
    services.answer(
      'POST /api/orders',
      problemAnswer(409, 'ticket_reserved', { reservedUntil: '2027-01-01T00:00:00Z' }),
    );
    expect(await call('/api/orders', { method: 'POST', body: {} })).toMatchObject({
      ok: false,
      problem: { status: 409, code: 'ticket_reserved', reservedUntil: '2027-01-01T00:00:00Z' },
    });
  });

  it('gives a proxy’s page a code by its status, and passes Retry-After on', async () => {
    services.answer('GET /x', { status: 503, body: '<h1>503</h1>', headers: { 'retry-after': '7' } });
    expect(await call('/x')).toMatchObject({ problem: { status: 503, code: 'unavailable', retryAfter: 7 } });
    services.answer('GET /x', { status: 502, body: 'null', headers: { 'retry-after': '0' } });
    expect(await call('/x')).toMatchObject({ problem: { status: 502, code: 'internal', errors: [] } });
  });

  it.each([
    ['gets no answer', { hangUp: true }],
    [
      'meets a proxy without a server',
      { status: 502, body: '<h1>502</h1>', headers: { 'retry-after': '0' } },
    ],
    [
      'meets a server that is going',
      { ...problemAnswer(503, 'unavailable'), headers: { 'retry-after': '0' } },
    ],
  ])('a call with one effect that %s is made again, under the same key', async (_what, passing) => {
    services.answer('POST /api/orders', { status: 201, body: { id: 1 } });
    services.answer('POST /api/orders', passing, 2);
    const reserving = { method: 'POST', body: { a: 1 }, idempotencyKey: 'k' } as const;
    expect(await call('/api/orders', reserving)).toMatchObject({ ok: true, status: 201 });
    expect(keysSent()).toEqual(['k', 'k', 'k']);
  });

  it.each([
    ['a POST without a key', { method: 'POST' }, { hangUp: true }],
    ['a refusal', {}, problemAnswer(404, 'not_found')],
    ['a fault', {}, problemAnswer(500, 'internal')],
    ['a reason of its own', {}, problemAnswer(503, 'write_conflict')],
    ['a long wait', {}, { ...problemAnswer(503, 'unavailable'), headers: { 'retry-after': '7' } }],
    ['somebody who left', { signal: AbortSignal.abort() }, { hangUp: true }],
  ] as const)('after %s the call is not made again', async (_what, options, answer) => {
    services.answer('GET /x', answer);
    services.answer('POST /x', answer);
    expect((await call('/x', options)).ok).toBe(false);
    expect(services.seen.length).toBeLessThanOrEqual(1);
  });

  it('no answer, three times, is "offline", never an exception', async () => {
    services.answer('GET /x', { hangUp: true });
    expect(await call('/x')).toMatchObject({ ok: false, problem: { status: 0, code: 'offline' } });
    expect(services.seen).toHaveLength(3);
  });

  it.each(['not_signed_in', 'token_expired'])('%s asks to sign in', async (code) => {
    services.answer('GET /x', problemAnswer(401, code));
    const answer = await call('/x');
    expect(!answer.ok && needsSignIn(answer.problem)).toBe(true);
  });

  it('learns the server’s time from the answers', async () => {
    const ahead = 3_600_000;
    const sentAt = Date.now();
    services.answer('GET /x', { body: {}, headers: { date: new Date(sentAt + ahead).toUTCString() } });
    await call('/x');
    // A date tells whole seconds, of some moment between question and answer.
    const uncertainty = 1_000 + Date.now() - sentAt;
    expect(Math.abs(serverTime() - Date.now() - ahead)).toBeLessThanOrEqual(uncertainty);
  });
});

describe('reserve', () => {
  const request = { ticketIds: [TICKET], expectedTotal: { amount: 2000, currency: 'usd' as const } };

  it('asks with one key for one thing, so that a second press reaches the same order', async () => {
    services.answer('POST /api/orders', { status: 200, body: anOrder() });
    expect(await reserve(request, call)).toEqual({ kind: 'reserved', orderId: ORDER });
    expect(await reserve(request, call)).toEqual({ kind: 'reserved', orderId: ORDER });
    expect(new Set(keysSent()).size).toBe(1);
    expect(JSON.parse(services.seen[0]?.body ?? '')).toEqual(request);
  });

  it('takes another key for another price', async () => {
    services.answer('POST /api/orders', { status: 201, body: anOrder() });
    await reserve(request, call);
    await reserve({ ...request, expectedTotal: { amount: 2500, currency: 'usd' } }, call);
    expect(new Set(keysSent()).size).toBe(2);
  });

  it.each(['expired', 'cancelled', 'refunded'] as const)(
    'when the key leads to an %s order, asks anew once',
    async (status) => {
      services.answer('POST /api/orders', { status: 201, body: anOrder({ id: 'e'.repeat(24) }) });
      services.answer('POST /api/orders', { status: 200, body: anOrder({ status }) }, 1);
      expect(await reserve(request, call)).toEqual({ kind: 'reserved', orderId: 'e'.repeat(24) });
      expect(new Set(keysSent()).size).toBe(2);
    },
  );

  it('a lost race tells until when, and does not try again by itself', async () => {
    services.answer(
      'POST /api/orders',
      problemAnswer(409, 'ticket_reserved', { reservedUntil: '2027-01-01T00:00:00Z' }),
    );
    expect(await reserve(request, call)).toEqual({ kind: 'taken', until: '2027-01-01T00:00:00Z' });
    expect(services.seen).toHaveLength(1);
  });

  it('an ended session leads to sign in, anything else is told', async () => {
    services.answer('POST /api/orders', problemAnswer(409, 'ticket_sold'));
    services.answer('POST /api/orders', problemAnswer(401, 'token_expired'), 1);
    expect(await reserve(request, call)).toEqual({ kind: 'signIn' });
    expect(await reserve(request, call)).toMatchObject({ kind: 'problem', problem: { code: 'ticket_sold' } });
  });
});

describe('the key of what a form sends', () => {
  it('stays while the same is sent again, changes with what is sent, and is another form’s never', () => {
    const keyOf = requestKeys();
    const first = keyOf({ title: 'Fado', price: 1 });
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(keyOf({ title: 'Fado', price: 1 })).toBe(first);
    expect(keyOf({ title: 'Fado', price: 2 })).not.toBe(first);
    expect(requestKeys()({ title: 'Fado', price: 1 })).not.toBe(first);
  });
});

describe('startPayment', () => {
  const never = new AbortController().signal;

  it('gives what Stripe’s form needs', async () => {
    services.answer('POST /api/payments', { status: 201, body: aPayment() });
    expect(await startPayment(ORDER, never, call)).toMatchObject({
      kind: 'ready',
      clientSecret: 'pi_1_secret_2',
    });
  });

  it('asks again when payments does not know the order yet', async () => {
    services.answer('POST /api/payments', { status: 201, body: aPayment() });
    const early = problemAnswer(503, 'order_not_known_yet');
    services.answer('POST /api/payments', { ...early, headers: { 'retry-after': '0' } }, 2);
    expect(await startPayment(ORDER, never, call)).toMatchObject({ kind: 'ready' });
    expect(keysSent()).toEqual([ORDER, ORDER, ORDER]);
  });

  it('a card that is held already needs no form', async () => {
    const { orderId, amount, createdAt } = aPayment();
    services.answer('POST /api/payments', { body: { orderId, amount, createdAt, status: 'authorized' } });
    expect(await startPayment(ORDER, never, call)).toEqual({ kind: 'sent' });
  });

  it('tells a refusal at once', async () => {
    services.answer('POST /api/payments', problemAnswer(409, 'payment_closed'));
    expect(await startPayment(ORDER, never, call)).toMatchObject({ problem: { code: 'payment_closed' } });
    expect(services.seen).toHaveLength(1);
  });
});

describe('a press remembered over signing in', () => {
  it('is taken once, by its own ticket, and only where it was made', () => {
    expect(takePress(TICKET)).toBe(false);
    rememberPress(TICKET);
    expect(takePress('f'.repeat(24))).toBe(false);
    expect(takePress(TICKET)).toBe(true);
    expect(takePress(TICKET)).toBe(false);
  });
});
