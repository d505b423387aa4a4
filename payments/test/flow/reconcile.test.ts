import { runCommandLine } from '@gittix/common/commands';
import { newId } from '@gittix/common/testing';
import type { OrderState } from '@gittix/common/events';
import { reconcileCommand } from '../../src/commands/reconcile';
import { compareWithStripe, type Comparison } from '../../src/use-cases/compare-with-stripe';
import { createParameters } from '../../src/domain/payment';
import { plantIntent } from '../support/emulator';
import { orderState } from '../support/payments-service';
import { next, Stage } from '../support/stage';

jest.setTimeout(60_000);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage.close());

let ahead = 0;
const later = (ms: number) => {
  ahead += ms;
  stage.service.advance(ms);
};

/** What a test left at Stripe comes to rest, and then differs from nothing. */
afterEach(async () => {
  stage.link.down = false;
  later(-ahead);
  const { payment_intents, charges } = await stage.emulator.books();
  for (const { id, status } of payment_intents) {
    if (status !== 'succeeded' && status !== 'canceled')
      await stage.emulator.asDashboard(`/v1/payment_intents/${id}/cancel`);
  }
  for (const { payment_intent, amount_captured, amount_refunded } of charges) {
    if (amount_captured > amount_refunded)
      await stage.emulator.asDashboard('/v1/refunds', { payment_intent });
  }
  await stage.service.deps.payments.deleteMany({});
  await stage.service.deps.orders.deleteMany({});
}, 120_000);

const compare = (fix = false, sinceMs = 2 * HOUR_MS): Promise<Comparison> =>
  compareWithStripe(stage.service.deps, {
    since: new Date(stage.service.deps.now().getTime() - sinceMs),
    fix,
  });

const kinds = ({ differences }: Comparison) => differences.map(({ kind }) => kind);

/** Forgets the payment, as a database restored from an older backup has. */
const forget = ({ id }: OrderState) => stage.service.deps.payments.deleteOne({ _id: id });

/** An intent with our metadata that no payment asked for. */
async function plant(order: OrderState, change: Record<string, string> = {}): Promise<string> {
  const { body } = await plantIntent(stage.emulator, createParameters(order), change);
  return (body as { id: string }).id;
}

const HELD = { confirm: 'true', payment_method: 'pm_card_visa' };
const CHARGED = { ...HELD, capture_method: 'automatic' };

const intentOf = async (id: string) =>
  (await stage.emulator.books()).payment_intents.find((intent) => intent.id === id);

/** What the command says and ends with. */
async function run(...args: string[]) {
  const said = { out: [] as string[], err: [] as string[] };
  const code = await runCommandLine(
    'payments',
    [reconcileCommand(() => Promise.resolve(stage.service.deps))],
    ['reconcile', ...args],
    { out: (line) => said.out.push(line), say: (line) => said.err.push(line) },
  );
  return { code, out: said.out.join('\n'), err: said.err.join('\n') };
}

describe('a comparison with Stripe that finds nothing', () => {
  it('has looked at payments in every state, and left them alone', async () => {
    const { order: sold } = await stage.captured();
    await stage.authorized();
    const { order: lost } = await stage.authorized();
    await stage.service.publish('OrderExpired', next(lost, 'expired'));
    await stage.start(await stage.newOrder());
    const before = (await stage.emulator.books()).entries.length;
    expect(await compare()).toMatchObject({ payments: 4, settled: 0, fixed: 0, differences: [] });
    expect((await stage.stored(sold)).status).toBe('captured');
    expect((await stage.emulator.books()).entries).toHaveLength(before);
  });

  it('leaves out what other programs do with the account', async () => {
    await stage.emulator.asDashboard('/v1/payment_intents', { amount: '900', currency: 'usd', ...HELD });
    expect(await compare(true)).toMatchObject({ payments: 0, fixed: 0, differences: [] });
  });

  it('leaves out what is older, until --since reaches back', async () => {
    const { order } = await stage.authorized();
    await forget(order);
    later(3 * DAY_MS);
    const [recent, all] = [await compare(), await compare(false, 4 * DAY_MS)];
    expect(kinds(recent)).toEqual([]);
    expect(all.differences.map(({ orderId }) => orderId)).toEqual([order.id]);
  });
});

describe('an orphan, an intent without a payment', () => {
  it.each([
    ['held', HELD, 'canceled', { amount_received: 0 }],
    ['open', {}, 'canceled', { amount_received: 0 }],
    ['charged', CHARGED, 'succeeded', { amount_received: 4_500 }],
  ])('%s, of a dead order: told first, given back by --fix, then gone', async (_what, card, status, rest) => {
    const order = await stage.newOrder();
    await stage.service.publish('OrderExpired', next(order, 'expired'));
    const intentId = await plant(order, card);
    expect((await compare()).differences).toMatchObject([{ kind: 'orphan', orderId: order.id, intentId }]);
    expect(await compare(true)).toMatchObject({ fixed: 1, differences: [] });
    expect(await intentOf(intentId)).toMatchObject({ status, ...rest });
    const { refunds } = await stage.emulator.books();
    expect(refunds.filter(({ payment_intent }) => payment_intent === intentId)).toHaveLength(
      status === 'canceled' ? 0 : 1,
    );
    expect(await compare()).toMatchObject({ settled: 0, differences: [] });
  });

  it.each([
    ['created', HELD],
    ['secured', HELD],
    ['complete', CHARGED],
  ] as const)('of an order that is %s: --fix takes nobody anything', async (status, card) => {
    const order = await stage.newOrder();
    await stage.decideSilently(order, status);
    const intentId = await plant(order, card);
    const before = await intentOf(intentId);
    expect(kinds(await compare(true))).toEqual(['orphan']);
    expect(await intentOf(intentId)).toEqual(before);
  });

  it('of an unknown order: its hold is let go after a day, its charge never', async () => {
    const held = await plant(orderState(), HELD);
    const charged = await plant(orderState(), CHARGED);
    expect(kinds(await compare(true))).toEqual(['orphan', 'orphan']);
    later(DAY_MS + HOUR_MS);
    const aDayLater = await compare(true, 2 * DAY_MS);
    expect(aDayLater).toMatchObject({ fixed: 1, differences: [{ intentId: charged }] });
    expect(aDayLater.differences[0]?.todo).toContain('republish orders');
    expect(await intentOf(held)).toMatchObject({ status: 'canceled' });
    expect(await intentOf(charged)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a second intent of an order', () => {
  it('held: canceled by --fix, and the sale stays', async () => {
    const { order } = await stage.captured();
    const second = await plant(order, HELD);
    expect((await compare()).differences).toMatchObject([{ kind: 'second_intent', intentId: second }]);
    expect(await compare(true)).toMatchObject({ fixed: 1, differences: [] });
    expect(await intentOf(second)).toMatchObject({ status: 'canceled' });
    expect(await compare()).toMatchObject({ settled: 0, differences: [] });
    expect((await stage.stored(order)).status).toBe('captured');
  });

  it('charged, so that the buyer paid twice: the second is given back, the first stays', async () => {
    const { order, intentId } = await stage.captured();
    const second = await plant(order, CHARGED);
    expect(await compare(true)).toMatchObject({ fixed: 1, differences: [] });
    const { refunds } = await stage.emulator.books();
    const ofBoth = refunds.filter((refund) => [intentId, second].includes(refund.payment_intent));
    expect(ofBoth).toMatchObject([{ payment_intent: second, amount: 4_500 }]);
    expect(await intentOf(intentId)).toMatchObject({ status: 'succeeded' });
    expect(await compare()).toMatchObject({ differences: [] });
  });

  it('charged while its payment is on its way: not before that has come to rest', async () => {
    const { order } = await stage.authorized();
    const second = await plant(order, CHARGED);
    expect(await compare(true)).toMatchObject({ fixed: 0, differences: [{ kind: 'second_intent' }] });
    expect(await intentOf(second)).toMatchObject({ amount_received: 4_500 });
  });
});

describe('a payment out of step', () => {
  it('is settled: a hold nobody told us of, an id that was not written down, a void that was not', async () => {
    const held = await stage.newOrder();
    const { clientSecret } = await stage.start(held);
    await stage.emulator.confirm(clientSecret, 'pm_card_visa');
    const nameless = await stage.newOrder();
    await stage.start(nameless);
    await stage.service.deps.payments.updateOne({ _id: nameless.id }, { $unset: { intentId: 1 } });
    const { order: lost, intentId } = await stage.authorized();
    await stage.emulator.asDashboard(`/v1/payment_intents/${intentId}/cancel`);
    expect(await compare()).toMatchObject({ payments: 3, settled: 3, differences: [] });
    expect((await stage.stored(held)).status).toBe('authorized');
    expect((await stage.stored(nameless)).intentId).toMatch(/^pi_/);
    expect((await stage.stored(lost)).status).toBe('failed');
    expect(await compare()).toMatchObject({ settled: 0, differences: [] });
  });

  it('is settled: a refund made in the dashboard, of a payment long before', async () => {
    const { order, intentId } = await stage.captured();
    await stage.service.deps.payments.updateOne(
      { _id: order.id },
      { $set: { createdAt: new Date(Date.now() - 40 * DAY_MS) } },
    );
    await stage.emulator.asDashboard('/v1/refunds', { payment_intent: intentId });
    expect(await compare()).toMatchObject({ settled: 1, differences: [] });
    expect((await stage.stored(order)).status).toBe('refunded');
  });

  it('is a difference when nothing helps', async () => {
    const { order } = await stage.authorized();
    await stage.service.publish('OrderExpired', next(order, 'expired'));
    // As if an older backup of ours had come back after the void.
    await stage.service.deps.payments.updateOne({ _id: order.id }, { $set: { status: 'captured' } });
    const { differences } = await compare();
    expect(differences).toMatchObject([{ kind: 'out_of_step', orderId: order.id }]);
    expect(differences[0]?.what).toBe('payment captured, intent canceled, order dead');
  });
});

describe('a difference that only a human can end', () => {
  it('is a payment whose intent Stripe does not know', async () => {
    const { order } = await stage.captured();
    await stage.service.deps.payments.updateOne({ _id: order.id }, { $set: { intentId: 'pi_gone' } });
    expect((await compare()).differences).toMatchObject([
      { kind: 'second_intent' },
      { kind: 'unknown_at_stripe', orderId: order.id, intentId: 'pi_gone' },
    ]);
  });

  it.each([
    ['amount', { 'create.amount': 4_400 }, 'the amount is 4400 here and 4500 at Stripe'],
    ['currency', { 'create.currency': 'eur' }, 'the currency is eur here and usd at Stripe'],
    ['buyer', { 'create.metadata.userId': 'e'.repeat(24) }, 'the buyer is eeee'],
  ])('is another %s', async (_what, change, told) => {
    const { order } = await stage.captured();
    await stage.service.deps.payments.updateOne({ _id: order.id }, { $set: change });
    const { differences } = await compare(true);
    expect(differences).toMatchObject([{ kind: 'other_money', orderId: order.id }]);
    expect(differences[0]?.what).toContain(told);
  });

  it('is a part of the money given back', async () => {
    const { intentId } = await stage.captured();
    await stage.emulator.asDashboard('/v1/refunds', { payment_intent: intentId, amount: '1000' });
    expect((await compare(true)).differences).toMatchObject([
      { kind: 'part_refund', what: '1000 of 4500 usd were given back, and we show none of it' },
    ]);
  });
});

describe('the command', () => {
  it('ends with 0 and the figures when nothing differs', async () => {
    await stage.captured();
    const { code, out, err } = await run();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^since \S+: \d+ intents at Stripe, 1 payments here; settled 0, fixed 0, differences 0$/,
    );
  });

  it('ends with 1 and a line of what and what to do, then with 0 after --fix', async () => {
    const order = await stage.newOrder();
    await stage.service.publish('OrderExpired', next(order, 'expired'));
    const intentId = await plant(order, HELD);
    const { code, out, err } = await run('--since', '90m');
    expect({ code, err }).toEqual({ code: 1, err: '1 difference is left.' });
    expect(out).toContain(`orphan: order ${order.id}, intent ${intentId}: Stripe has money held on a card`);
    expect(out).toContain('  --fix does: cancel. The order is expired.');
    expect((await run('--fix')).code).toBe(0);
    expect((await run()).out).toContain('settled 0, fixed 0, differences 0');
  });

  it('says it in JSON', async () => {
    await plant(orderState({ id: newId() }), HELD);
    const { code, out } = await run('--json', '--since', '1d');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ payments: 0, differences: [{ kind: 'orphan' }] });
  });

  it('ends with 1 and says so when Stripe is down', async () => {
    stage.link.down = true;
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toMatch(/^Stripe can't be asked: /);
  });

  it.each(['--since=yesterday', '--since=0h', '--sinc=1h', 'everything'])('refuses %s', async (word) => {
    expect((await run(word)).code).toBe(2);
  });
});

describe('300 payments', () => {
  it('are read page by page, each once, and one difference among them is found', async () => {
    const { deps } = stage.service;
    const orders: OrderState[] = [];
    const put = async (order: OrderState) => {
      await deps.orders.create({ ...order, _id: order.id });
      const intentId = await plant(order);
      await deps.payments.collection.insertOne({
        _id: order.id as never,
        userId: order.userId,
        status: 'started',
        amount: order.total,
        create: createParameters(order),
        intentId,
        tries: { create: 1, capture: 1, cancel: 1, refund: 1 },
        createKeyAt: new Date(),
        createStuck: false,
        createdAt: new Date(),
        checks: 0,
        version: 1,
        outbox: [],
      });
    };
    while (orders.length < 300) {
      const some = Array.from({ length: 20 }, () => orderState());
      await Promise.all(some.map(put));
      orders.push(...some);
    }
    stage.link.requests.splice(0);
    const { intents, ...rest } = await compare();
    expect(rest).toMatchObject({ payments: 300, settled: 0, differences: [] });
    expect(intents).toBeGreaterThanOrEqual(300);
    // Pages of refunds and of intents, and not one request for a payment that is in step.
    const books = await stage.emulator.books();
    const pages = (all: unknown[]) => Math.max(1, Math.ceil(all.length / 100));
    expect(stage.link.requests).toHaveLength(pages(books.refunds) + pages(books.payment_intents));
    await forget(orders[150] as OrderState);
    expect((await compare()).differences).toMatchObject([{ kind: 'orphan', orderId: orders[150]?.id }]);
  }, 120_000);
});
