import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, waitFor } from '@gittix/common/testing';
import { startEmulator, type Emulator } from '../src/emulator';
import { openLink, send, type Exchange, type Link } from './support/link';
import { answerSchema, compare, namedSchema, templateOf, type Findings, type Spec } from './support/openapi';
import {
  newOrder,
  next,
  PUBLISHABLE_KEY,
  SECRET_KEY,
  startPayments,
  WEBHOOK_SECRET,
  type Payments,
} from './support/payments';
import { say } from './support/say';
import { membersOf, parametersOf } from './support/sdk-types';
import { startStripeMock, type StripeMock } from './support/stripe-mock';

/** Every call payments makes, and where the installed SDK declares its parameters. */
const CALLS = {
  'POST /v1/payment_intents': () => parametersOf('PaymentIntentCreateParams', 'PaymentIntents'),
  'GET /v1/payment_intents': () => parametersOf('PaymentIntentListParams', 'PaymentIntents'),
  'GET /v1/payment_intents/{intent}': () => parametersOf('PaymentIntentRetrieveParams', 'PaymentIntents'),
  'POST /v1/payment_intents/{intent}/capture': () =>
    parametersOf('PaymentIntentCaptureParams', 'PaymentIntents'),
  'POST /v1/payment_intents/{intent}/cancel': () =>
    parametersOf('PaymentIntentCancelParams', 'PaymentIntents'),
  'POST /v1/refunds': () => parametersOf('RefundCreateParams', 'Refunds'),
  'GET /v1/refunds': () => parametersOf('RefundListParams', 'Refunds'),
  'GET /v1/events': () => parametersOf('EventListParams', 'Events'),
};

const callOf = ({ method, path }: Exchange) => `${method} ${templateOf(path)}`;

/** The names of the parameters, those inside of others left out. */
function parametersIn({ method, path, body }: Exchange): string[] {
  const params = method === 'GET' ? new URL(path, 'http://x').searchParams : new URLSearchParams(body);
  return [...new Set([...params.keys()].map((name) => name.replace(/\[.*/, '')))];
}

let mock: StripeMock;
let directory: string;
let emulator: Emulator;
let payments: Payments;
/** payments -> emulator, a browser -> emulator, emulator -> payments. */
let shop: Link, browser: Link, webhooks: Link;

const confirm = (clientSecret: string, card: string) =>
  fetch(`${browser.url}/v1/payment_intents/${clientSecret.split('_secret_')[0]}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${PUBLISHABLE_KEY}` },
    body: new URLSearchParams({ client_secret: clientSecret, payment_method: card }),
  });

const programFaults = (...faults: object[]) =>
  fetch(`${emulator.url}/_emulator/faults`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${SECRET_KEY}` },
    body: JSON.stringify({ faults }),
  });

async function begun() {
  const order = newOrder();
  await payments.publish('OrderCreated', order);
  const { clientSecret } = await payments.begin(order);
  if (!clientSecret) throw new Error(`the payment did not begin\n${payments.log()}`);
  return { order, clientSecret };
}

/** A sale, its refund; a loser with a declined card; 3-D Secure; and an intent that must be searched for. */
async function wholeLife(): Promise<void> {
  const sale = await begun();
  await confirm(sale.clientSecret, 'pm_card_visa');
  await payments.begin(sale.order);
  await payments.told('PaymentAuthorized', sale.order);
  await payments.publish('OrderSecured', next(sale.order, 'secured'));
  await payments.told('ChargeCreated', sale.order);
  await payments.refund(sale.order);
  await payments.told('ChargeRefunded', sale.order);

  const loser = await begun();
  await confirm(loser.clientSecret, 'pm_card_chargeDeclined');
  await payments.begin(loser.order);
  await confirm(loser.clientSecret, 'pm_card_visa');
  await payments.publish('OrderCancelled', next(loser.order, 'cancelled'));
  await payments.reaches(loser.order, 'voided');

  const careful = await begun();
  await confirm(careful.clientSecret, 'pm_card_authenticationRequired');
  await payments.begin(careful.order);

  await programFaults({ operation: 'create', fault: 'error', when: 'after', times: 1 });
  const searched = newOrder();
  await payments.publish('OrderCreated', searched);
  await waitFor(async () => (await payments.begin(searched)).clientSecret, {
    timeoutMs: 20_000,
    what: 'the intent being found',
  });
  await waitFor(() => webhooks.exchanges.some(({ body }) => body.includes('"refund.created"')));
}

beforeAll(async () => {
  mock = await startStripeMock();
  [shop, browser, webhooks] = await Promise.all([openLink(), openLink(), openLink()]);
  payments = await startPayments(shop.url);
  webhooks.target = payments.url;
  directory = await mkdtemp(join(tmpdir(), 'stripe-conformance-'));
  emulator = await startEmulator({
    host: '127.0.0.1',
    port: 0,
    keys: { secret: SECRET_KEY, publishable: PUBLISHABLE_KEY },
    ledgerFile: join(directory, 'ledger.jsonl'),
    webhook: { url: `${webhooks.url}/api/payments/webhook`, secret: WEBHOOK_SECRET },
    logger: silentLogger,
  });
  shop.target = browser.target = emulator.url;
  await wholeLife();
}, 8 * 60_000);

afterAll(async () => {
  await emulator?.close();
  await payments?.close();
  await Promise.all([shop, browser, webhooks].map((link) => link?.close()));
  await mock?.stop();
  if (directory) await rm(directory, { recursive: true, force: true });
}, 30_000);

/** The members of both answers and what contradicts the description, for each exchange with its call. */
function findingsOf(spec: Spec, exchanges: Exchange[]): Findings {
  const findings: Findings = { problems: [], unknown: new Set() };
  for (const { method, path, status, answer } of exchanges) {
    const at = `${method} ${templateOf(path)} ${status}: `;
    compare(spec, answerSchema(spec, method, path, status), answer, at, findings);
  }
  return findings;
}

describe('every call payments makes', () => {
  it('was made, and no other', () => {
    expect([...new Set(shop.exchanges.map(callOf))].sort()).toEqual(Object.keys(CALLS).sort());
  });

  it('is accepted by stripe-mock, as the SDK sent it', async () => {
    const refused: string[] = [];
    for (const exchange of [...shop.exchanges, ...browser.exchanges]) {
      // It knows no key but secret ones.
      const headers = { ...exchange.headers, authorization: `Bearer ${SECRET_KEY}` };
      const response = await send(mock.url, { ...exchange, headers });
      const answer = await response.text();
      if (response.status !== 200) refused.push(`${callOf(exchange)} ${exchange.body}: ${answer}`);
    }
    expect(refused).toEqual([]);
    say(
      `${shop.exchanges.length} requests of payments and ${browser.exchanges.length} of a browser accepted`,
    );
  });

  it.each([
    ['an unknown parameter', (body: string) => `${body}&gift=1`],
    ['a wrong type', (body: string) => body.replace(/amount=\d+/, 'amount=much')],
    ['a wrong choice', (body: string) => body.replace('capture_method=manual', 'capture_method=never')],
    ['a missing amount', (body: string) => body.replace(/amount=\d+&?/, '')],
  ])('with %s would be refused', async (_what, spoil) => {
    const create = shop.exchanges.find((each) => callOf(each) === 'POST /v1/payment_intents');
    if (!create) throw new Error('no create was seen');
    const body = spoil(create.body);
    expect(body).not.toBe(create.body);
    expect((await send(mock.url, { ...create, body })).status).toBe(400);
  });

  it('has only parameters that the SDK declares for the API version it asks for', () => {
    const undeclared: string[] = [];
    for (const exchange of shop.exchanges) {
      const declared = CALLS[callOf(exchange) as keyof typeof CALLS]();
      const others = parametersIn(exchange).filter((name) => !declared.includes(name));
      undeclared.push(...others.map((name) => `${callOf(exchange)}: ${name}`));
    }
    expect(undeclared).toEqual([]);
  });
});

describe("the emulator's answers", () => {
  it('have what Stripe promises, in the types it promises', () => {
    const shown = new Set([...shop.exchanges, ...browser.exchanges].map(({ status }) => status));
    expect([...shown]).toEqual(expect.arrayContaining([200, 402, 500]));
    const { problems, unknown } = findingsOf(mock.spec, [...shop.exchanges, ...browser.exchanges]);
    expect(problems).toEqual([]);
    const newer = new Set([...unknown].map((place) => place.replace(/^.*\./, '')));
    say(`answered, but not in the description of ${mock.spec.info.version}: ${[...newer].join(', ')}`);
    // So it must be in the SDK's newer one, or it is our invention.
    const declared = [
      ...membersOf('PaymentIntent', 'PaymentIntents'),
      ...membersOf('Charge', 'Charges'),
      ...membersOf('Charge.PaymentMethodDetails.Card', 'Charges'),
    ].map(({ name }) => name);
    expect([...newer].filter((name) => !declared.includes(name))).toEqual([]);
  });

  it('have every member that the SDK declares for its API version', () => {
    const objects = [
      ...shop.exchanges.map(({ answer }) => answer),
      ...webhooks.exchanges.map(
        ({ body }) => (JSON.parse(body) as { data: { object: unknown } }).data.object,
      ),
    ] as { object?: string }[];
    const missing = new Set<string>();
    for (const [kind, name, resource] of [
      ['payment_intent', 'PaymentIntent', 'PaymentIntents'],
      ['charge', 'Charge', 'Charges'],
      ['refund', 'Refund', 'Refunds'],
    ] as const) {
      const found = objects.filter(({ object }) => object === kind);
      expect({ kind, found: found.length > 0 }).toEqual({ kind, found: true });
      for (const member of membersOf(name, resource)) {
        if (!member.optional && !found.every((each) => member.name in each))
          missing.add(`${kind}.${member.name}`);
      }
    }
    expect([...missing]).toEqual([]);
  });

  it('are found wrong when they are', () => {
    const capture = shop.exchanges.find(({ path }) => path.endsWith('/capture'));
    if (!capture) throw new Error('no capture was seen');
    const { id: _id, ...answer } = capture.answer as Record<string, unknown>;
    const spoiled = { ...answer, status: 'taken', amount: '4500', latest_charge: 7 };
    const { problems } = findingsOf(mock.spec, [{ ...capture, answer: spoiled }]);
    for (const member of ['id', 'status', 'amount', 'latest_charge']) {
      expect(problems).toContainEqual(expect.stringContaining(`.${member} `));
    }
    expect(problems).toHaveLength(4);
  });

  it('and its events too', () => {
    const findings: Findings = { problems: [], unknown: new Set() };
    const types = new Set<string>();
    for (const { body, status } of webhooks.exchanges) {
      const event = JSON.parse(body) as { type: string; data: { object: { object: string } } };
      types.add(event.type);
      expect({ type: event.type, status }).toMatchObject({ status: 200 });
      compare(mock.spec, namedSchema(mock.spec, 'event'), event, event.type, findings);
      const { object } = event.data;
      compare(mock.spec, namedSchema(mock.spec, object.object), object, `${event.type} object`, findings);
    }
    expect(findings.problems).toEqual([]);
    expect([...types]).toEqual(
      expect.arrayContaining([
        'payment_intent.created',
        'payment_intent.amount_capturable_updated',
        'payment_intent.payment_failed',
        'payment_intent.requires_action',
        'payment_intent.succeeded',
        'payment_intent.canceled',
        'charge.refunded',
        'refund.created',
      ]),
    );
  });
});

describe('the API version', () => {
  it('of the SDK is said next to that of the description, with every parameter that differs', () => {
    const [asked] = new Set(shop.exchanges.map(({ headers }) => headers['stripe-version']));
    const described = mock.spec.info.version;
    expect(asked).toMatch(/^\d{4}-\d\d-\d\d\.\w+$/);
    say(
      `the SDK asks for ${asked}; stripe-mock describes ${described}${asked === described ? '' : ': NOT THE SAME'}`,
    );
    for (const [call, declares] of Object.entries(CALLS)) {
      const [method = '', path = ''] = call.split(' ');
      const body = mock.spec.paths[path]?.[method.toLowerCase()]?.requestBody?.content;
      const properties = body?.['application/x-www-form-urlencoded']?.schema.properties;
      if (method !== 'POST' || !properties) continue;
      const declared = declares();
      const sent = new Set(shop.exchanges.filter((each) => callOf(each) === call).flatMap(parametersIn));
      const mark = (name: string) => `${name}${sent.has(name) ? ' (we send it)' : ''}`;
      const gone = Object.keys(properties).filter((name) => !declared.includes(name));
      const newer = declared.filter((name) => !(name in properties));
      if (gone.length > 0) say(`${call}: only in stripe-mock's ${described}: ${gone.map(mark).join(', ')}`);
      if (newer.length > 0) say(`${call}: only in the SDK's ${asked}: ${newer.map(mark).join(', ')}`);
      // What we send is checked by both, or this command has checked less than it says.
      expect([...sent].filter((name) => !(name in properties))).toEqual([]);
    }
  });
});
