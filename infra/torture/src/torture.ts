import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCrowd } from './actors/crowd';
import { History } from './actors/history';
import { busName } from './config';
import { brokerOf } from './evidence/open-broker';
import { collectEvidence } from './evidence/collect';
import type { Evidence } from './evidence/evidence';
import { logsOf, processStories } from './evidence/logs';
import { Looks } from './evidence/looks';
import { lostEvents } from './evidence/lost-stores';
import { plantPoison } from './evidence/poison';
import { awaitQuiet } from './evidence/quiet';
import { sourcesOf } from './evidence/sources';
import { chosenKinds } from './faults/catalogue';
import { planEachOnce, planFaults } from './faults/plan';
import { type FaultLog, runPlan } from './faults/run-plan';
import { StripeSwitch } from './faults/stripe-switch';
import { type Instance, startInstance } from './instance/instance';
import { Signals } from './instance/signals';
import { INVARIANTS } from './invariants';
import { Network } from './network/network';
import type { Options } from './options';
import { poll } from './poll';
import { seededRandom } from './random';
import {
  countBy,
  countOperations,
  faultTable,
  judge,
  type Report,
  shortcomingsOf,
  tell,
  total,
} from './report';

const ROOT = join(__dirname, '../../..');
const QUIET_MS = 60_000;
const SETTLE_MS = 60_000;

/** One run, from an empty instance to the verdict; answers with the number of violations and shortcomings. */
export async function torture(
  options: Options,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<number> {
  const kinds = chosenKinds(options.only, options.without);
  const data = await mkdtemp(join(tmpdir(), 'gittix-torture-'));
  const startedAt = new Date();
  say(`seed ${options.seed}, ${options.minutes} minutes, data in ${data}`);
  const network = await Network.open();
  const instance = await startInstance({ ...options, data, network }).catch(async (error: unknown) => {
    await network.close();
    throw error;
  });
  const signals = new Signals(instance);
  let failures = 1;
  try {
    const report = await runAndJudge({ options, kinds, instance, signals, network, startedAt, say, stop });
    failures = report.shortcomings.length;
    for (const { violations } of report.invariants) failures += violations.length;
    say(tell(report));
    const file = join(
      ROOT,
      '.gittix',
      'torture',
      `${startedAt.toISOString().replaceAll(/[:.]/g, '-')}-${options.seed}.json`,
    );
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
    say(`report: ${file}`);
  } finally {
    signals.resumeAll();
    await instance.stop();
    await network.close();
    const keeps = options.keep || failures > 0;
    if (keeps) await writeFile(join(data, 'output.log'), instance.output());
    else await rm(data, { recursive: true, force: true });
    if (keeps) say(`kept: ${data} (logs, databases, stream, and output.log of the supervisor)`);
  }
  say(failures === 0 ? 'no violations' : `${failures} VIOLATIONS or shortcomings`);
  return failures;
}

interface Run {
  options: Options;
  kinds: ReturnType<typeof chosenKinds>;
  instance: Instance;
  signals: Signals;
  network: Network;
  startedAt: Date;
  say: (line: string) => void;
  stop: AbortSignal;
}

async function runAndJudge(run: Run): Promise<Report> {
  const { options, instance, signals, startedAt, say } = run;
  const stripe = await StripeSwitch.find(instance, options.seed);
  const notes = stripe ? [] : ['the emulator has NO FAULT SWITCH: no stripe fault happened in this run'];
  notes.forEach((note) => say(`!!! ${note}`));

  const history = new History();
  const looks = new Looks();
  const log = await wreak(run, { history, looks, stripe });

  if (run.stop.aborted) {
    notes.push('told to end early: what had been done until then was judged');
    say(`!!! ${notes.at(-1)}`);
  }
  say('faults are over; waiting for quiet');
  await settle(instance, stripe);
  const sources = sourcesOf(instance);
  const quiet = await awaitQuiet(sources, QUIET_MS);
  say(
    quiet.reached
      ? `quiet after ${Math.round(quiet.afterMs / 1000)} s`
      : `NOT QUIET: ${quiet.left.join('; ')}`,
  );
  const poison = [await plantPoison(sources)];
  const evidence: Evidence = await collectEvidence(sources, {
    quiet,
    operations: history.operations,
    looks: looks.seen,
    poison,
    lost: await lostEvents(instance, log.lostStores),
    processes: await processStories(instance, signals),
    logs: await logsOf(instance),
  });
  if (options.keep) await writeFile(join(instance.data, 'evidence.json'), JSON.stringify(evidence));
  const faults = faultTable(log, stripe?.hits ?? new Map());
  const [kills, pauses] = [signals.kills, signals.pauses].map((counts) =>
    Object.fromEntries([...counts].sort()),
  ) as [Record<string, number>, Record<string, number>];
  const invariants = judge(evidence, INVARIANTS);
  const { seed, minutes } = options;
  return {
    ...{ startedAt: startedAt.toISOString(), seed, minutes, bus: busName(), notes },
    shortcomings: shortcomingsOf(
      { minutes, faults, invariants },
      run.kinds.map(({ name }) => name),
    ),
    totals: {
      operations: history.operations.length,
      kills: total(kills),
      pauses: total(pauses),
      faults: [...log.done.values()].reduce((sum, count) => sum + count, 0),
    },
    operations: countOperations(history.operations),
    slowestMs: slowest(history),
    orders: countBy(evidence.orders, ({ status }) => status),
    ...{ kills, pauses, faults },
    looks: { taken: looks.seen.length, missed: looks.missed },
    quietAfterMs: quiet.afterMs,
    invariants,
  };
}

/** The crowd does its business while the plan is carried out. */
async function wreak(
  { options, kinds, instance, signals, network, say, stop }: Run,
  { history, looks, stripe }: { history: History; looks: Looks; stripe: StripeSwitch | undefined },
): Promise<FaultLog> {
  const random = seededRandom(options.seed);
  const lengthMs = options.minutes * 60_000;
  const usable = kinds.filter(({ name }) => stripe !== undefined || !name.startsWith('stripe:'));
  const dealt = { kinds: usable, lengthMs, replicas: options.replicas, random };
  const make = options.eachOnce ? planEachOnce : planFaults;
  const plan = make({ ...dealt, broker: brokerOf(instance).process });
  say(`${plan.length} faults planned; signing people up`);
  const crowd = await startCrowd({
    url: instance.url,
    history,
    random,
    ttlMs: options.orderTtlSeconds * 1000,
    promote: (email) => instance.command('users', 'grant', email, 'admin'),
  });
  // A timer of our own: AbortSignal.timeout below AbortSignal.any can be collected before it fires.
  const over = new AbortController();
  const until = over.signal;
  const end = () => over.abort();
  const timer = setTimeout(end, lengthMs);
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  const looking = looks.run(sourcesOf(instance), until);
  try {
    const log = await runPlan({
      plan,
      instance,
      signals,
      network,
      stripe,
      until,
      say: (line) => say(`  ${line}`),
    });
    if (!until.aborted) await once(until, 'abort');
    return log;
  } finally {
    clearTimeout(timer);
    end();
    signals.resumeAll();
    await crowd.stop();
    await looking;
  }
}

/** Everything that was killed is there again, and nothing goes wrong on purpose any more. */
async function settle(instance: Instance, stripe: StripeSwitch | undefined): Promise<void> {
  await poll(async () => stripe === undefined || (await stripe.off()), {
    timeoutMs: SETTLE_MS,
    everyMs: 500,
    what: () => 'the faults of the emulator switched off',
  });
  await poll(() => instance.names.every((name) => instance.find(name)), {
    timeoutMs: SETTLE_MS,
    what: () => 'every process running again',
  });
}

function slowest({ operations }: History): Record<string, number> {
  const times = new Map<string, number>();
  for (const { kind, startedAt, endedAt, status } of operations) {
    if (status !== undefined) times.set(kind, Math.max(times.get(kind) ?? 0, endedAt - startedAt));
  }
  return Object.fromEntries(times);
}
