import type { Operation as Request } from '../../../torture/src/evidence/evidence';
import type { Ground, Operation, Step } from './ground';
import { judge, type Judgement } from './judge';
import { between, isFailed, tally, type Tally, tellFailed, tellTally } from './tally';

/** What an operation did, saw and left. */
export interface Outcome {
  name: string;
  title: string;
  seconds: number;
  steps: Step[];
  seen: Tally;
  /** Failed requests, one line each. */
  failures: string[];
  /** Undefined: it could not be judged, as the problems say. */
  judgement: Judgement | undefined;
  problems: string[];
}

/** So few requests during a step prove nothing about it. */
const FEWEST = 20;

/** Carries out one operation, waits for quiet, and judges. Rejects never: what goes wrong is a problem of the outcome. */
export async function perform(operation: Operation, ground: Omit<Ground, 'step'>): Promise<Outcome> {
  const { load, say } = ground;
  const { name, title } = operation;
  const startedAt = Date.now();
  const requests = () => load.history.operations;
  const before = requests().length;
  const steps: Step[] = [];
  const problems: string[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      problems.push((error as Error).message);
      return undefined;
    }
  };
  const step: Ground['step'] = async (what, act) => {
    const from = Date.now();
    await act();
    const to = Date.now();
    const seen = tally(between(requests(), from, to));
    steps.push({ what, seconds: (to - from) / 1000, seen });
    say(`  ${what}, ${((to - from) / 1000).toFixed(0)} s: ${tellTally(seen)}`);
  };
  say(`${name}: ${title}`);
  await attempt(() => operation.carryOut({ ...ground, step }));
  await attempt(() => load.stop());
  const own = requests().slice(before);
  const judgement = await attempt(() => judge({ ...ground, step }));
  problems.push(...complaints(operation, { requests: own, steps, judgement }));
  const outcome: Outcome = {
    ...{ name, title, seconds: (Date.now() - startedAt) / 1000, steps, seen: tally(own) },
    failures: own.filter(isFailed).map(tellFailed),
    ...{ judgement, problems },
  };
  say(`  ${tellOutcome(outcome)}`);
  return outcome;
}

/** What should not be; pure. */
export function complaints(
  { mayFail }: Pick<Operation, 'mayFail'>,
  {
    requests,
    steps,
    judgement,
  }: { requests: readonly Request[]; steps: readonly Step[]; judgement: Judgement | undefined },
): string[] {
  const failed = requests.filter(isFailed);
  const ours = failed.filter(({ status }) => status === 500);
  return [
    ...(mayFail ? ours : failed).map((one) => `failed: ${tellFailed(one)}`),
    ...steps
      .filter(({ seen }) => seen.requests < FEWEST)
      .map(({ what, seen }) => `too little is proven: ${seen.requests} requests while ${what}`),
    ...(judgement?.ordersWithoutEvent ?? []).map((event) => `an order without its event ${event}`),
    ...(judgement?.invariants ?? []).flatMap(({ name, violations }) =>
      violations.map(({ about, story }) => `${name} ${about}: ${story.join(' | ')}`),
    ),
  ];
}

export const checksOf = (judgement: Judgement | undefined) =>
  (judgement?.invariants ?? []).reduce((sum, { checked }) => sum + checked, 0);
export const violationsOf = (judgement: Judgement | undefined) =>
  (judgement?.invariants ?? []).reduce((sum, { violations }) => sum + violations.length, 0);

export function tellOutcome({ seconds, seen, judgement, problems }: Outcome): string {
  const judged = judgement
    ? [
        `quiet after ${(judgement.quietAfterMs / 1000).toFixed(0)} s`,
        `${judgement.orders} orders, ${judgement.ordersWithoutEvent.length} events of theirs missing`,
        `${checksOf(judgement)} checks of invariants, ${violationsOf(judgement)} violations`,
      ]
    : ['not judged'];
  const end = problems.length === 0 ? 'well' : `${problems.length} PROBLEMS`;
  return [tellTally(seen), ...judged, `${seconds.toFixed(0)} s`, end].join('; ');
}
