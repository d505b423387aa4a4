import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../instance/instance';
import type { Signals } from '../instance/signals';
import type { PlannedFault } from './plan';
import { flushRedis, wipeBroker } from './servers';
import type { StripeSwitch } from './stripe-switch';

export interface FaultLog {
  /** Per fault: how often it was planned, and how often it really hit. */
  planned: Map<string, number>;
  done: Map<string, number>;
}

/** Does what the plan says when it says so; pauses and spells go on while the next fault comes. */
export async function runPlan(options: {
  plan: readonly PlannedFault[];
  instance: Instance;
  signals: Signals;
  stripe: StripeSwitch | undefined;
  until: AbortSignal;
  say: (line: string) => void;
}): Promise<FaultLog> {
  const { plan, instance, signals, stripe, until, say } = options;
  const log: FaultLog = { planned: new Map(), done: new Map() };
  const startedAt = Date.now();
  const inflict = ({ name, target = '', lastsMs = 0 }: PlannedFault): Promise<boolean> => {
    const [verb, what = ''] = name.split(':');
    if (verb === 'kill') return signals.kill(target);
    if (verb === 'pause') return signals.pause(target, lastsMs, until);
    if (name === 'redis:flush') return flushRedis(instance);
    if (name === 'broker:wipe') return wipeBroker(instance, signals);
    return stripe?.spell(what, lastsMs, until) ?? Promise.resolve(false);
  };
  const running: Promise<void>[] = [];
  for (const fault of plan) {
    const wait = startedAt + fault.atMs - Date.now();
    await delay(Math.max(0, wait), undefined, { signal: until }).catch((error: unknown) => {
      if (!until.aborted) throw error;
    });
    if (until.aborted) break;
    const { name, target, lastsMs } = fault;
    count(log.planned, name);
    say(
      `${name}${target ? ` (${target})` : ''}${lastsMs === undefined ? '' : ` for ${(lastsMs / 1000).toFixed(1)} s`}`,
    );
    running.push(
      inflict(fault).then((hit) => {
        if (hit) count(log.done, name);
      }),
    );
  }
  await Promise.all(running);
  return log;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
