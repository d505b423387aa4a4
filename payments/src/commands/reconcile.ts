import { CommandError, readArguments, UsageError, type Command } from '@gittix/common/commands';
import type { CompareDeps } from '../deps';
import { StripeFailure } from '../stripe';
import { compareWithStripe, type Comparison } from '../use-cases/compare-with-stripe';

const HOUR_MS = 3_600_000;
const UNITS = { m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS };

/** `reconcile`: what Stripe has and we have not, and the reverse. */
export const reconcileCommand = (open: () => Promise<CompareDeps>): Command => ({
  name: 'reconcile',
  parameters: '[--since 48h] [--fix] [--json]',
  summary: 'Compares the payments with Stripe, both ways, and settles what differs',
  details: `Looks at what was made or refunded --since (minutes, hours or days: 90m, 48h, 30d). A payment that is out of step is
reconciled, as the service does by itself. --fix also cancels holds and refunds charges that no payment knows: where the
order is dead, or a second intent of an order was paid; a hold also where the order is unknown and the hold a day old.
Ends with 1 while a difference is left; each line says what is to be done.`,
  run: async (args, { out }) => {
    const { values, positionals } = readArguments(args, {
      since: { type: 'string', default: '48h' },
      fix: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    if (positionals.length > 0)
      throw new UsageError(`"${positionals.join(' ')}" is more than reconcile takes.`);
    const ago = durationOf(values.since);
    const deps = await open();
    const since = new Date(deps.now().getTime() - ago);
    const comparison = await asked(compareWithStripe(deps, { since, fix: values.fix }));
    if (values.json) out(JSON.stringify(comparison, undefined, 2));
    else for (const line of linesOf(comparison)) out(line);
    const left = comparison.differences.length;
    if (left > 0)
      throw new CommandError(`${left === 1 ? '1 difference is' : `${left} differences are`} left.`);
  },
});

function durationOf(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  if (unit === '') throw new UsageError('--since needs a number of minutes, hours or days: 90m, 48h, 30d.');
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

async function asked(comparison: Promise<Comparison>): Promise<Comparison> {
  try {
    return await comparison;
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error;
    throw new CommandError(`Stripe can't be asked: ${error.message}`, { cause: error });
  }
}

function linesOf({ since, intents, payments, settled, fixed, differences }: Comparison): string[] {
  return [
    ...differences.flatMap(({ kind, orderId, intentId, what, todo }) => [
      `${kind}: order ${orderId}, intent ${intentId ?? 'none'}: ${what}`,
      `  ${todo}`,
    ]),
    `since ${since.toISOString()}: ${intents} intents at Stripe, ${payments} payments here; ` +
      `settled ${settled}, fixed ${fixed}, differences ${differences.length}`,
  ];
}
