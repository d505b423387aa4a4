import type { Charge, Evidence, Intent, Ledger, Look, OrderDocument } from '../evidence/evidence';
import { tellLife } from './holding';
import { DEAD, Findings, groupBy, time, type Verdict } from './verdict';

const OPEN = ['requires_payment_method', 'requires_confirmation', 'requires_action', 'processing'];

const isKept = ({ captured, amount, amountRefunded }: Charge) => captured && amountRefunded < amount;
const intentOf = (ledger: Ledger, { intentId }: Charge) => ledger.intents.find(({ id }) => id === intentId);
const chargesOf = (ledger: Ledger, orderId: string) =>
  ledger.charges.filter((charge) => intentOf(ledger, charge)?.metadata.orderId === orderId);

/** I4: at any time every captured, unrefunded charge belongs to a secured or complete order of the same buyer, amount and currency; the order was secured before the money moved. */
export function noMoneyWithoutOrder({ looks, ledger, orders, at }: Evidence): Verdict {
  const findings = new Findings();
  for (const look of [...looks, { ledgerAt: at, ledger, orders } satisfies Look]) {
    const known = new Map(look.orders.map((order) => [order.id, order]));
    for (const charge of look.ledger.charges.filter(isKept)) {
      const intent = intentOf(look.ledger, charge);
      const order = known.get(intent?.metadata.orderId ?? '');
      const wrong =
        order && intent ? mismatch(charge, intent, order, look.ledgerAt) : 'there is no such order';
      findings.expect(
        wrong === undefined,
        `charge ${charge.id}`,
        `seen at ${time(look.ledgerAt)}: captured ${charge.amount} ${charge.currency} for order ${intent?.metadata.orderId}: ${wrong}`,
        ...(order ? [tellLife(order)] : []),
      );
    }
  }
  return findings;
}

function mismatch(charge: Charge, intent: Intent, order: Look['orders'][number], seenAt: number) {
  const { status, timeline } = order;
  // Orders were read after the ledger: a refund may have come between the two.
  const refundedSince = status === 'refunded' && (timeline.at(-1)?.at ?? 0) >= seenAt;
  if (!['secured', 'complete'].includes(status) && !refundedSince) return `the order is ${status}`;
  if (intent.metadata.userId !== order.userId) return `charged to ${intent.metadata.userId}`;
  if (charge.amount !== order.total || charge.currency !== order.currency)
    return `its total is ${order.total}`;
  const secured = timeline.find(({ event }) => event === 'OrderSecured');
  if (!secured) return 'the order was never secured';
  if (charge.capturedAt !== undefined && charge.capturedAt < secured.at) {
    return `captured at ${time(charge.capturedAt)}, secured only at ${time(secured.at)}`;
  }
  return undefined;
}

/** I5: in quiet every complete order has exactly one captured, unrefunded charge, and none is secured. */
export function completeMeansPaid({ orders, ledger }: Evidence): Verdict {
  const findings = new Findings();
  for (const order of orders) {
    if (order.status === 'secured')
      findings.expect(false, `order ${order.id}`, 'still secured', tellLife(order));
    if (order.status !== 'complete') continue;
    const kept = chargesOf(ledger, order.id).filter(isKept);
    findings.expect(
      kept.length === 1,
      `order ${order.id}`,
      `complete with ${kept.length} captured charges`,
      tellLife(order),
    );
  }
  return findings;
}

/** I6: in quiet no intent of a dead (or unknown) order is open, held, or captured and not refunded. */
export function deadMeansReleased({ orders, ledger }: Evidence): Verdict {
  const findings = new Findings();
  const known = new Map(orders.map((order) => [order.id, order]));
  for (const intent of ledger.intents) {
    const order = known.get(intent.metadata.orderId ?? '');
    if (order && !DEAD.includes(order.status)) continue;
    const charges = ledger.charges.filter(({ intentId }) => intentId === intent.id);
    const isSettled =
      !OPEN.includes(intent.status) && intent.status !== 'requires_capture' && !charges.some(isKept);
    findings.expect(
      isSettled,
      `intent ${intent.id}`,
      `${intent.status}, charges: ${JSON.stringify(charges)}`,
      order ? tellLife(order) : `there is no order ${intent.metadata.orderId}`,
    );
  }
  return findings;
}

/** I7: at most one capture and one full refund per order. */
export function moneyMovesOnce({ ledger }: Evidence): Verdict {
  const findings = new Findings();
  const byOrder = groupBy(
    ledger.charges.filter(({ captured }) => captured),
    (charge) => intentOf(ledger, charge)?.metadata.orderId ?? `none (${charge.id})`,
  );
  for (const [orderId, charges] of byOrder) {
    const captures = charges.reduce((sum, charge) => sum + charge.captures, 0);
    const refunds = ledger.refunds.filter(
      ({ chargeId, status }) => charges.some(({ id }) => id === chargeId) && status !== 'failed',
    );
    findings.expect(captures <= 1, `order ${orderId}`, `${captures} captures: ${JSON.stringify(charges)}`);
    findings.expect(
      refunds.length <= 1,
      `order ${orderId}`,
      `${refunds.length} refunds: ${JSON.stringify(refunds)}`,
    );
  }
  return findings;
}

/** I8: an order's total is the sum of its frozen prices, and its payment and intent are about just that. */
export function sumsAgree({ orders, payments, ledger }: Evidence): Verdict {
  const findings = new Findings();
  const intents = groupBy(ledger.intents, ({ metadata }) => metadata.orderId);
  const payment = new Map(payments.map((each) => [each.id, each]));
  for (const order of orders) {
    const sum = order.items.reduce((total, { price }) => total + price, 0);
    const amounts = [
      ...(payment.has(order.id) ? [payment.get(order.id)?.amount] : []),
      ...(intents.get(order.id) ?? []).map(({ amount }) => amount),
    ];
    findings.expect(
      sum === order.total && amounts.every((amount) => amount === order.total),
      `order ${order.id}`,
      `items add up to ${sum}, total ${order.total}, payment and intents ${amounts.join(', ') || 'none'}`,
      tellOrder(order),
    );
  }
  return findings;
}

const tellOrder = (order: OrderDocument) => `${tellLife(order)}; items ${JSON.stringify(order.items)}`;
