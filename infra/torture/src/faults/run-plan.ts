import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../instance/instance';
import type { Signals } from '../instance/signals';
import type { Network, Part } from '../network/network';
import type { PlannedFault } from './plan';
import { flushRedis, wipeBroker } from './servers';
import type { StripeSwitch } from './stripe-switch';

export interface FaultLog {
  /** Per fault: how often it was planned, and how often it was really done. */
  planned: Map<string, number>;
  done: Map<string, number>;
  /** Of faults that are there for a while: how many connections, pieces or requests they met. */
  hits: Map<string, number>;
  /** What was taken from the broker. */
  lostStores: string[];
}

interface Tools {
  instance: Instance;
  signals: Signals;
  network: Network;
  stripe: StripeSwitch | undefined;
  until: AbortSignal;
}

/** A process that is down just now, or a server that is, is waited for so long: it is being started again. */
const PATIENCE_MS = 4_000;
/** What is planned only once must not come to nothing because a pause was under way. */
const LONG_PATIENCE_MS = 20_000;
const ONCE = ['broker:wipe', 'pause-long:'];
const AGAIN_MS = 200;

/** Does what the plan says when it says so; what lasts goes on while the next fault comes. */
export async function runPlan(
  options: Tools & { plan: readonly PlannedFault[]; say: (line: string) => void },
): Promise<FaultLog> {
  const { plan, until, say } = options;
  const log: FaultLog = { planned: new Map(), done: new Map(), hits: new Map(), lostStores: [] };
  const startedAt = Date.now();
  const running: Promise<void>[] = [];
  for (const fault of plan) {
    await pass(startedAt + fault.atMs - Date.now(), until);
    if (until.aborted) break;
    count(log.planned, fault.name);
    say(tell(fault));
    running.push(
      insist(fault, () => inflict(fault, options, log), until).then((hit) => {
        if (hit) count(log.done, fault.name);
      }),
    );
  }
  await Promise.all(running);
  return log;
}

/** True when it hit. */
async function inflict(
  { name, target = '', lastsMs = 0, byMs = 0 }: PlannedFault,
  { instance, signals, network, stripe, until }: Tools,
  log: FaultLog,
): Promise<boolean> {
  const [verb = '', what = '', part] = name.split(':');
  switch (verb) {
    case 'kill':
      return signals.kill(target);
    case 'pause':
    case 'pause-long':
      return signals.pause(target, lastsMs, until);
    case 'redis':
      return flushRedis(instance);
    case 'broker': {
      const lost = await wipeBroker(instance, signals);
      if (lost !== undefined) log.lostStores.push(lost);
      return lost !== undefined;
    }
    case 'network': {
      const link = network.to(part as Part);
      const hits = await (what === 'cut'
        ? link.cut(lastsMs, until)
        : what === 'delay'
          ? link.slow(lastsMs, byMs, until)
          : link.stall(lastsMs, until));
      count(log.hits, name, hits);
      return true;
    }
    default:
      return (await stripe?.spell(what, lastsMs, until)) ?? false;
  }
}

/** Once more while it hits nothing, for a little while. */
async function insist(
  { name }: PlannedFault,
  inflictIt: () => Promise<boolean>,
  until: AbortSignal,
): Promise<boolean> {
  const isOnce = ONCE.some((kind) => name.startsWith(kind));
  const deadline = Date.now() + (isOnce ? LONG_PATIENCE_MS : PATIENCE_MS);
  for (;;) {
    if (await inflictIt()) return true;
    if (until.aborted || Date.now() > deadline) return false;
    await pass(AGAIN_MS, until);
  }
}

async function pass(ms: number, until: AbortSignal): Promise<void> {
  await delay(Math.max(0, ms), undefined, { signal: until }).catch((error: unknown) => {
    if (!until.aborted) throw error;
  });
}

function tell({ name, target, lastsMs, byMs }: PlannedFault): string {
  return [
    name,
    ...(target === undefined ? [] : [`(${target})`]),
    ...(byMs === undefined ? [] : [`by ${byMs} ms`]),
    ...(lastsMs === undefined ? [] : [`for ${(lastsMs / 1000).toFixed(1)} s`]),
  ].join(' ');
}

function count(counts: Map<string, number>, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
