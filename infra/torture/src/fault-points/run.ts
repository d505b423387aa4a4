import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectEvidence } from '../evidence/collect';
import { logsOf, processStories } from '../evidence/logs';
import { lostEvents } from '../evidence/lost-stores';
import { sourcesOf } from '../evidence/sources';
import type { Evidence } from '../evidence/evidence';
import { startInstance } from '../instance/instance';
import { Signals } from '../instance/signals';
import { INVARIANTS } from '../invariants';
import { judge, type Judged } from '../report';
import type { Planned } from './plan';
import { type FaultReport, faultsFound, isClean, tell, tellOutcome } from './report';
import { type Outcome, runScenario } from './run-scenario';
import { SCENARIOS } from './scenarios';
import { Stage } from './stage';
import { Switchboard } from './switchboard';

const ROOT = join(__dirname, '../../../..');
/** Short enough that a scenario need not wait for them, long enough that a busy machine is in time. */
const TTL_SECONDS = 10;
const SETTINGS = { ACK_WAIT_MS: '3000', SWEEP_MS: '500' };
/** Scenarios between two judgements: the evidence is of the whole run each time, and reading it takes seconds. */
const JUDGE_EVERY = 12;

/** Runs the planned scenarios on one instance, one after the other; answers with the number of things that were wrong. */
export async function runFaultPoints(options: {
  planned: readonly Planned[];
  replicas: number;
  keep: boolean;
  say: (line: string) => void;
  stop: AbortSignal;
}): Promise<number> {
  const { planned, replicas, keep, say, stop } = options;
  const startedAt = Date.now();
  const data = await mkdtemp(join(tmpdir(), 'gittix-faults-'));
  const switchboard = new Switchboard(join(data, 'faults'));
  await switchboard.make();
  say(`${planned.length} scenarios, data in ${data}`);
  const env = { ...SETTINGS, FAULT_DIR: switchboard.directory };
  const instance = await startInstance({ data, replicas, orderTtlSeconds: TTL_SECONDS, env });
  const signals = new Signals(instance);
  let wrong = 1;
  try {
    const stage = await Stage.open(instance, signals);
    const { outcomes, invariants } = await runAll({ planned, stage, switchboard, say, stop }).finally(() =>
      stage.close(),
    );
    const report: FaultReport = {
      startedAt: new Date(startedAt).toISOString(),
      minutes: (Date.now() - startedAt) / 60_000,
      replicas,
      points: new Set(planned.map(({ point }) => point)).size,
      outcomes,
      invariants,
    };
    wrong = faultsFound(report).length + (planned.length - outcomes.length);
    say(tell(report));
    if (outcomes.length < planned.length) say(`${planned.length - outcomes.length} scenarios were NOT RUN`);
    say(`report: ${await keepReport(report)}`);
  } finally {
    signals.resumeAll();
    await instance.stop();
    const keeps = keep || wrong > 0;
    if (keeps) await writeFile(join(data, 'output.log'), instance.output());
    else await rm(data, { recursive: true, force: true });
    if (keeps) say(`kept: ${data} (logs, databases, stream, and output.log of the supervisor)`);
  }
  return wrong;
}

interface Run {
  planned: readonly Planned[];
  stage: Stage;
  switchboard: Switchboard;
  say: (line: string) => void;
  stop: AbortSignal;
}

async function runAll(run: Run): Promise<{ outcomes: Outcome[]; invariants: Judged[] }> {
  const { planned, stage, switchboard, say, stop } = run;
  const outcomes: Outcome[] = [];
  const verdicts = new Verdicts();
  let unjudged = 0;
  for (const [index, { point, action }] of planned.entries()) {
    if (stop.aborted) break;
    const scenario = SCENARIOS[point];
    if (!scenario) throw new Error(`the point ${point} has no scenario`);
    const outcome = await runScenario({ point, action, scenario, stage, switchboard });
    outcomes.push(outcome);
    unjudged += 1;
    say(`${isClean(outcome) ? '✔' : '✘'} ${index + 1}/${planned.length} ${tellOutcome(outcome)}`);
    if (unjudged < JUDGE_EVERY && index + 1 < planned.length) continue;
    verdicts.add(await judgeAll(stage, outcome.quiet), say);
    unjudged = 0;
  }
  if (unjudged > 0 && stop.aborted) verdicts.add(await judgeAll(stage, outcomes.at(-1)?.quiet), say);
  return { outcomes, invariants: verdicts.all };
}

async function judgeAll(stage: Stage, quiet: Evidence['quiet'] | undefined): Promise<Judged[]> {
  const { instance, signals } = stage;
  const evidence = await collectEvidence(sourcesOf(instance), {
    quiet: quiet ?? { reached: true, afterMs: 0, left: [] },
    operations: stage.history.operations,
    looks: [],
    poison: stage.poison,
    lost: await lostEvents(instance, stage.lostStores),
    processes: await processStories(instance, signals),
    logs: await logsOf(instance),
  });
  return judge(evidence, INVARIANTS);
}

/** Of each invariant the newest verdict, with every violation that was ever found, once. */
class Verdicts {
  private readonly judged = new Map<string, Judged>();

  get all(): Judged[] {
    return [...this.judged.values()];
  }

  add(invariants: Judged[], say: (line: string) => void): void {
    let found = 0;
    for (const one of invariants) {
      const before = this.judged.get(one.name)?.violations ?? [];
      const known = new Set(before.map(({ about }) => about));
      const fresh = one.violations.filter(({ about }) => !known.has(about));
      found += fresh.length;
      this.judged.set(one.name, { ...one, violations: [...before, ...fresh] });
      for (const { about, story } of fresh)
        say(`  ✘ ${one.name} ${about}: ${story.join(' | ').slice(0, 600)}`);
    }
    const checks = invariants.reduce((sum, { checked }) => sum + checked, 0);
    say(`  all invariants judged: ${found} new violations, ${checks} checks`);
  }
}

async function keepReport(report: FaultReport): Promise<string> {
  const name = `faults-${report.startedAt.replaceAll(/[:.]/g, '-')}.json`;
  const file = join(ROOT, '.gittix', 'torture', name);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
}
