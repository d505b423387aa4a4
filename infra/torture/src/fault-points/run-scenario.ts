import { setTimeout as delay } from 'node:timers/promises';
import { awaitQuiet } from '../evidence/quiet';
import { sourcesOf } from '../evidence/sources';
import type { Evidence } from '../evidence/evidence';
import { poll } from '../poll';
import { HoldLapsed } from './insist';
import type { Scenario } from './scenarios';
import type { Stage } from './stage';
import type { Action, Switchboard } from './switchboard';

/** A process that was killed again and again is started with a delay of up to 10 s. */
const HIT_MS = 90_000;
const BACK_MS = 90_000;
const QUIET_MS = 30_000;
/** How long a path stands still: the others go on around it, then its process is killed. */
const HANG_MS = 2_000;

export interface Outcome {
  point: string;
  action: Action;
  startedAt: string;
  /** The process that was hit. */
  hit: string | undefined;
  quiet: Evidence['quiet'];
  /** What went wrong in the scenario itself; the invariants are judged apart. */
  problems: string[];
}

/** One point, one action, from arming it to the quiet after it. */
export async function runScenario(options: {
  point: string;
  action: Action;
  scenario: Scenario;
  stage: Stage;
  switchboard: Switchboard;
}): Promise<Outcome> {
  const { point, action, scenario, stage, switchboard } = options;
  const { instance, history } = stage;
  const startedAt = new Date().toISOString();
  const problems: string[] = [];
  const attempt = async (work: Promise<unknown>) => {
    await work.catch((error: unknown) => {
      if (!(error instanceof HoldLapsed))
        problems.push(error instanceof Error ? error.message : String(error));
    });
  };

  const names = new Map(instance.processes().map(({ pid, name }) => [pid, name]));
  let hit: string | undefined;
  const inflict = async () => {
    const act = await scenario.provoke(stage);
    const before = history.operations.length;
    await switchboard.arm(point, action);
    const acting = attempt(act());
    const pid = await poll(() => switchboard.hitBy(point), {
      timeoutMs: HIT_MS,
      everyMs: 20,
      what: () => `the point ${point} met`,
    }).catch((error: unknown) => {
      problems.push((error as Error).message);
      return undefined;
    });
    hit = pid === undefined ? undefined : (names.get(pid) ?? `pid ${pid}`);
    if (pid !== undefined) await attempt(endHit(stage, { pid, name: hit ?? '', action }));
    await acting;
    problems.push(...tellThrown({ point, action, scenario, stage, before }));
  };
  await attempt(inflict());
  await switchboard.clear();

  await attempt(
    poll(() => instance.names.every((name) => instance.find(name)), {
      timeoutMs: BACK_MS,
      what: () => 'every process running',
    }),
  );
  const quiet = await awaitQuiet(sourcesOf(instance), QUIET_MS, 300);
  return { point, action, startedAt, hit, quiet, problems };
}

/** The process that was hit is gone, by itself or by us, and back under another pid; after a throw it goes on. */
async function endHit(
  { instance, signals }: Stage,
  { pid, name, action }: { pid: number; name: string; action: Action },
): Promise<void> {
  if (action === 'throw') return;
  if (action === 'exit') {
    // It was told to: no end of its own.
    signals.kills.set(name, (signals.kills.get(name) ?? 0) + 1);
  } else {
    await delay(HANG_MS);
    if (instance.find(name)?.pid !== pid) throw new Error(`${name} ended by itself while a path hung`);
    await signals.kill(name);
  }
  await poll(
    () => {
      const now = instance.find(name);
      return now !== undefined && now.pid !== pid;
    },
    { timeoutMs: BACK_MS, what: () => `${name} running again` },
  );
}

/** What was thrown into a request is answered 500 once; any other 500 stays for the invariants to find. */
function tellThrown(options: {
  point: string;
  action: Action;
  scenario: Scenario;
  stage: Stage;
  before: number;
}): string[] {
  const { point, action, scenario, stage, before } = options;
  if (action !== 'throw' || !scenario.inRequest) return [];
  const answered = stage.history.operations.slice(before).find(({ status }) => status === 500);
  if (!answered) return [`what ${point} threw was not answered 500`];
  answered.thrownAt = point;
  return [];
}
