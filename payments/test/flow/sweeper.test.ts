import { newId, waitFor } from '@gittix/common/testing';
import { startSweeper } from '../../src/sweeper';
import { checkDue } from '../../src/use-cases/check-due';
import { hurry } from '../../src/use-cases/hurry';
import { paymentFacts } from '../support/facts';
import { orderState, startPayments, type PaymentsService } from '../support/payments-service';

const MINUTE_MS = 60_000;
let service: PaymentsService;
const kicked: string[] = [];
beforeAll(async () => {
  service = await startPayments({ stripeUrl: 'http://127.0.0.1:9' });
  service.deps.reconciler.kick = (orderId) => kicked.push(orderId);
  // What is due in so many seconds is so whenever we look.
  service.stopClock();
});
afterAll(() => service.close());
beforeEach(async () => {
  kicked.splice(0);
  await service.deps.payments.deleteMany({});
});

const now = () => service.deps.now().getTime();

async function put(change: {
  status?: string;
  dueInMs?: number;
  checks?: number;
  orderId?: string;
}): Promise<string> {
  const { status = 'started', dueInMs, checks = 0, orderId = newId() } = change;
  const { orderId: _id, failure: _none, verdict: _open, ...fields } = paymentFacts({ orderId });
  await service.deps.payments.collection.insertOne({
    ...fields,
    _id: orderId as never,
    status: status,
    createdAt: new Date(),
    ...(dueInMs === undefined ? {} : { nextCheckAt: new Date(now() + dueInMs) }),
    checks,
    version: 0,
    outbox: [],
  });
  return orderId;
}

const waitOf = async (orderId: string) => {
  const { nextCheckAt, checks, version } = await service.stored(orderId);
  return { checks, version, inS: nextCheckAt && (nextCheckAt.getTime() - now()) / 1_000 };
};

describe('the sweeper', () => {
  it('takes what is due, sets its next time first, and steps no version', async () => {
    const due = await put({ dueInMs: -1, checks: 2 });
    await put({ dueInMs: MINUTE_MS });
    await put({});
    await checkDue(service.deps);
    expect(kicked).toEqual([due]);
    expect(await waitOf(due)).toEqual({ checks: 3, version: 0, inS: 40 });
  });

  it('lets ended payments rest after their second look', async () => {
    const ended = await put({ status: 'voided', dueInMs: -1, checks: 0 });
    const rested = await put({ status: 'captured', dueInMs: -1, checks: 1 });
    await checkDue(service.deps);
    expect(kicked.sort()).toEqual([ended, rested].sort());
    expect(await waitOf(ended)).toEqual({ checks: 1, version: 0, inS: 23 * 3_600 });
    expect((await waitOf(rested)).inS).toBeUndefined();
  });

  it('of several replicas shares the work', async () => {
    const due = await Promise.all(Array.from({ length: 20 }, () => put({ dueInMs: -1 })));
    await Promise.all([checkDue(service.deps), checkDue(service.deps), checkDue(service.deps)]);
    expect([...kicked].sort()).toEqual([...due].sort());
  });

  it('comes by itself', async () => {
    const sweeper = startSweeper(service.deps, 10);
    const due = await put({ dueInMs: -1 });
    await waitFor(() => kicked.includes(due));
    await sweeper.stop();
  });
});

describe('a hint', () => {
  it.each([
    ['brings the next look of an open payment forward', 'authorized', 5 * MINUTE_MS, { checks: 0, inS: 5 }],
    ['leaves one that is due sooner', 'authorized', 2_000, { checks: 6, inS: 2 }],
    ['does not wake one that has ended', 'voided', 60 * MINUTE_MS, { checks: 6, inS: 3_600 }],
  ])('%s', async (_what, status, dueInMs, expected) => {
    const orderId = await put({ status, dueInMs, checks: 6 });
    await hurry(service.deps, orderId);
    expect(await waitOf(orderId)).toMatchObject(expected);
    expect(kicked).toEqual([orderId]);
  });
});

describe('an order event', () => {
  it.each([
    ['started', 'expired', true],
    ['authorized', 'secured', true],
    ['voiding', 'expired', true],
    ['captured', 'cancelled', true],
    ['captured', 'complete', false],
    ['voided', 'expired', false],
  ] as const)('payment %s, order %s: reconciles %s', async (status, orderStatus, wanted) => {
    const order = orderState({ status: orderStatus });
    await put({ orderId: order.id, status, dueInMs: 60 * MINUTE_MS });
    await service.publish('OrderUpdated', order);
    expect(kicked).toEqual(wanted ? [order.id] : []);
    expect((await waitOf(order.id)).inS).toBe(wanted ? 5 : 3_600);
  });

  it('without a payment is only copied', async () => {
    await service.publish('OrderCreated', orderState());
    expect(kicked).toEqual([]);
  });
});
