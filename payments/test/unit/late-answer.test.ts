import type { OrderStatus } from '@gittix/common/api';
import type { Relay } from '@gittix/common/outbox';
import { silentLogger } from '@gittix/common/testing';
import type { OrderCopy, OrderCopyModel } from '../../src/data/order-model';
import type { ReconcileDeps } from '../../src/deps';
import { reconcile } from '../../src/use-cases/reconcile';
import { FakePayments } from '../support/fake-documents';
import { FakeStripe, type Turn } from '../support/fake-stripe';
import { orderFacts, paymentFacts } from '../support/facts';

const NOW = new Date('2026-01-01T12:00:00Z');
const ORDER_ID = 'a'.repeat(24);

/** Two replicas on a payment just begun; found by the exhaustive search of the saga. */
function newSale() {
  const stripe = new FakeStripe(() => NOW.getTime());
  const payments = new FakePayments();
  const {
    orderId: _id,
    intentId: _i,
    failure: _f,
    verdict: _v,
    ...fields
  } = paymentFacts({ createKeyAt: NOW });
  payments.record = { ...fields, _id, createdAt: NOW, checks: 0, version: 0, outbox: [] };
  const sale = { stripe, payments, order: 'created' as OrderStatus, alarms: 0 };
  const logger = { ...silentLogger, error: () => sale.alarms++ } as unknown as ReconcileDeps['logger'];
  const work = (turn: Turn) => {
    const exec = async () => {
      await turn('load order');
      return orderFacts(sale.order) as OrderCopy;
    };
    return reconcile(
      {
        payments: payments.model(turn),
        orders: { findById: () => ({ lean: () => ({ exec }) }) } as unknown as OrderCopyModel,
        relay: { kick: () => undefined } as unknown as Relay,
        stripe: stripe.gateway(turn),
        now: () => NOW,
        logger,
      },
      ORDER_ID,
    );
  };
  return Object.assign(sale, { work });
}

type Sale = ReturnType<typeof newSale>;
const atOnce: Turn = () => Promise.resolve();

/** A replica that holds Stripe's answer to the create, and stands still just before its `nth` time at a label. */
async function slowReplica(sale: Sale, label: string, nth: number) {
  let goOn = () => {};
  const released = new Promise<void>((resolve) => (goOn = resolve));
  let done: Promise<unknown> = Promise.resolve();
  await new Promise<void>((standsStill) => {
    let seen = 0;
    done = sale.work(async (at) => {
      if (at !== label || ++seen !== nth) return;
      standsStill();
      await released;
    });
  });
  return {
    finish: async () => {
      goOn();
      await done;
    },
  };
}

/** The other replica does everything meanwhile, and the buyer pays. */
async function sellMeanwhile(sale: Sale): Promise<void> {
  await sale.work(atOnce);
  const [intent] = sale.stripe.intents;
  Object.assign(intent ?? {}, { status: 'requires_capture', amountCapturable: intent?.amount });
  await sale.work(atOnce);
  sale.order = 'secured';
}

describe("an answer of Stripe that is older than others' changes", () => {
  it('does not undo again what was undone meanwhile', async () => {
    const sale = newSale();
    const slow = await slowReplica(sale, 'load payment', 2);
    sale.order = 'expired';
    await sale.work(atOnce);
    expect(sale.payments.record).toMatchObject({ status: 'voided' });
    const told = sale.payments.events.length;
    await slow.finish();
    expect(sale.payments.record).toMatchObject({ status: 'voided' });
    expect(sale.payments.events).toHaveLength(told);
  });

  it('gives up no sale that was won meanwhile', async () => {
    const sale = newSale();
    const slow = await slowReplica(sale, 'load payment', 3);
    await sellMeanwhile(sale);
    await slow.finish();
    expect(sale.payments.record).toMatchObject({ status: 'captured' });
    expect(sale.stripe.intents).toMatchObject([{ status: 'succeeded' }]);
  });

  it('calls no human to a sale that was finished meanwhile', async () => {
    const sale = newSale();
    const slow = await slowReplica(sale, 'load payment', 2);
    await sellMeanwhile(sale);
    await sale.work(atOnce);
    expect(sale.payments.record).toMatchObject({ status: 'captured' });
    await slow.finish();
    expect(sale.alarms).toBe(0);
  });

  it('calls no human when the order was won between its reading of the payment and of the order', async () => {
    const sale = newSale();
    const slow = await slowReplica(sale, 'load order', 3);
    await sellMeanwhile(sale);
    await slow.finish();
    expect(sale.alarms).toBe(0);
    expect(sale.payments.record).toMatchObject({ status: 'captured' });
  });
});
