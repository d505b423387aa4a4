import { collectEvidence } from '../../../torture/src/evidence/collect';
import type { Evidence } from '../../../torture/src/evidence/evidence';
import { awaitQuiet } from '../../../torture/src/evidence/quiet';
import { INVARIANTS } from '../../../torture/src/invariants';
import { judge as judgeAll, type Judged } from '../../../torture/src/report';
import type { Ground } from './ground';
import { withSources } from './sources';

const QUIET_MS = 150_000;

/** What an ingress answers for a replica that is gone (502, 504) is not ours; a 500 is counted by itself. */
const NOT_HERE = ['no-500'];

export interface Judgement {
  quietAfterMs: number;
  orders: number;
  /** Orders with a version that has no event, in the stream or in a store that was lost. */
  ordersWithoutEvent: string[];
  invariants: Judged[];
}

/** Once all is at rest: reads databases, stream, ledger and logs, and judges all that happened in this run so far. */
export function judge({ namespace, open, load, watch, lost, known }: Ground): Promise<Judgement> {
  return withSources(namespace, open, async (sources) => {
    const quiet = await awaitQuiet(sources, QUIET_MS);
    await watch.look();
    const { operations } = load.history;
    const { stories: processes, logs } = watch;
    const evidence = await collectEvidence(sources, {
      ...{ quiet, operations, lost, processes, logs },
      looks: [],
      poison: [],
    });
    return {
      quietAfterMs: quiet.afterMs,
      orders: evidence.orders.length,
      ordersWithoutEvent: withoutEvent(evidence),
      invariants: fresh(
        judgeAll(
          evidence,
          INVARIANTS.filter(({ name }) => !NOT_HERE.includes(name)),
        ),
        known,
      ),
    };
  });
}

/** Leaves out what is known, and remembers the rest. */
export function fresh(invariants: readonly Judged[], known: Set<string>): Judged[] {
  return invariants.map((one) => {
    const violations = one.violations.filter(({ about }) => !known.has(`${one.name} ${about}`));
    for (const { about } of violations) known.add(`${one.name} ${about}`);
    return { ...one, violations };
  });
}

export function withoutEvent({ orders, stream }: Pick<Evidence, 'orders' | 'stream'>): string[] {
  const published = new Set(stream.map(({ envelope }) => envelope?.id));
  return orders.flatMap(({ id, version }) => {
    const steps = Array.from({ length: version + 1 }, (_, step) => `order.${id}.${step}`);
    return steps.filter((event) => !published.has(event));
  });
}
