import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paymentStatus, type OrderStatus, type PaymentStatus } from '@gittix/common/api';
import type { Shown } from '../../src/domain/intent';
import type { PaymentFacts } from '../../src/domain/payment';
import { nextStep, type Step } from '../../src/domain/reconcile';
import { intentOf, orderFacts, paymentFacts } from '../support/facts';

const refunds = (change: object) => ({ refunds: { succeeded: 0, pending: 0, failed: 0, ...change } });

/** Everything that Stripe may show, by the row of the table it belongs to; `without` an id written down. */
const rows: Record<string, { shown: (payment: PaymentFacts) => Shown; without?: true }[]> = {
  unasked: [{ shown: () => 'unasked', without: true }],
  found: (['requires_payment_method', 'requires_capture', 'succeeded', 'canceled'] as const).map(
    (status) => ({
      shown: (payment) => intentOf(payment, status),
      without: true,
    }),
  ),
  absent: [{ shown: () => 'absent', without: true }],
  missing: [{ shown: () => 'missing' }],
  open: (['requires_payment_method', 'requires_confirmation', 'requires_action'] as const).map((status) => ({
    shown: (payment) => intentOf(payment, status),
  })),
  declined: [
    {
      shown: (payment) =>
        intentOf(payment, 'requires_payment_method', {
          lastError: { code: 'insufficient_funds', message: 'Your card has insufficient funds.' },
        }),
    },
  ],
  processing: [{ shown: (payment) => intentOf(payment, 'processing') }],
  held: [{ shown: (payment) => intentOf(payment, 'requires_capture') }],
  paid: [
    { shown: (payment) => intentOf(payment, 'succeeded') },
    { shown: (payment) => intentOf(payment, 'succeeded', refunds({ succeeded: 100, pending: 100 })) },
  ],
  'refund pending': [
    { shown: (payment) => intentOf(payment, 'succeeded', refunds({ pending: 4_500 })) },
    { shown: (payment) => intentOf(payment, 'succeeded', refunds({ succeeded: 500, pending: 4_000 })) },
  ],
  'refund failed': [{ shown: (payment) => intentOf(payment, 'succeeded', refunds({ failed: 1 })) }],
  refunded: [
    { shown: (payment) => intentOf(payment, 'succeeded', refunds({ succeeded: 4_500 })) },
    { shown: (payment) => intentOf(payment, 'succeeded', refunds({ succeeded: 4_500, failed: 1 })) },
  ],
  canceled: [{ shown: (payment) => intentOf(payment, 'canceled') }],
};

const orderSides: (OrderStatus | undefined)[][] = [
  [undefined, 'created'],
  ['secured', 'complete'],
  ['cancelled', 'expired', 'refunded'],
];

const events: Partial<Record<PaymentStatus, string>> = {
  authorized: 'PaymentAuthorized',
  captured: 'ChargeCreated',
  failed: 'ChargeFailed',
  refunded: 'ChargeRefunded',
};

/** A step in the README's words; throws when it carries another event than its status should. */
function inWords(step: Step): string {
  if (step.kind === 'wait' || step.kind === 'tell') return step.kind;
  if (step.kind === 'call') return step.call;
  if (step.kind === 'renew') return `${step.call} anew`;
  const { event, status, intent, verdict } = step.change;
  expect(event).toBe((status && events[status]) ?? 'PaymentUpdated');
  if (intent) return 'adopt';
  if (!status) return 'note';
  return `→ ${status}${status === 'voiding' && verdict === 'failed' ? ', to fail' : ''}`;
}

/** The table of the README: status -> row -> one word per order side. */
function readTable(): Map<string, string[]> {
  const lines = readFileSync(join(__dirname, '../../README.md'), 'utf8').split('\n');
  const cellsOf = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const start = lines.findIndex((line) => line.startsWith('| Stripe shows |'));
  const statuses = cellsOf(lines[start] ?? '').slice(1);
  const table = new Map<string, string[]>();
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break;
    const [label = '', ...cells] = cellsOf(line);
    cells.forEach((cell, column) => {
      const words = cell.split(' / ');
      for (const status of statuses[column]?.split(', ') ?? []) {
        table.set(`${status}: ${label.split(':')[0]}`, words.length === 1 ? [cell, cell, cell] : words);
      }
    });
  }
  return table;
}

describe('the table of reconcile', () => {
  const table = readTable();
  const cells = paymentStatus.options.flatMap((status) =>
    Object.keys(rows).flatMap((row) => orderSides.map((orders, side) => ({ status, row, orders, side }))),
  );

  it('has every cell in the README, and no more', () => {
    expect([...table.keys()].sort()).toEqual(
      paymentStatus.options.flatMap((status) => Object.keys(rows).map((row) => `${status}: ${row}`)).sort(),
    );
  });

  it.each(cells)('$status, Stripe shows $row, order $orders', ({ status, row, orders, side }) => {
    const expected = table.get(`${status}: ${row}`)?.[side];
    for (const { shown, without } of rows[row] ?? []) {
      for (const order of orders) {
        for (const verdict of ['voided', 'failed'] as const) {
          const payment = paymentFacts({ status, verdict, intentId: without ? undefined : 'pi_1' });
          const step = nextStep(payment, order && orderFacts(order), shown(payment));
          const wanted = expected === '→ voided or failed' ? `→ ${verdict}` : expected;
          expect(inWords(step)).toBe(wanted);
        }
      }
    }
  });
});
