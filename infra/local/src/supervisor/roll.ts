import type { Upstreams } from '../proxy/upstreams';
import { releasePorts, stablePorts } from '../servers/ports';
import type { Found } from '../servers/search';
import type { ControlRequest } from './control';
import { LOOPBACK, type Plan, type PlanInput, portsOf, portTo } from './plan-types';
import { waitUntilReady } from './ready';
import { type ProcessSpec, Supervised } from './supervised';

const READY_MS = 60_000;
/** For answers that the one which goes still owes; its own stop waits for them as well. */
const ANSWERS_MS = 10_000;

/** The process that came was not fit to take over: the one before stays. */
export class RollError extends Error {
  override readonly name = 'RollError';
}

/** `orders-2` -> `orders`. */
export const serviceOf = (name: string) => name.replace(/-\d+$/, '');

/** What a rolling update has to know of the run. */
export interface Roll {
  input: PlanInput;
  plan: (input: PlanInput) => Plan;
  runningServers: Supervised[];
  /** Everything that is to be stopped with the run; those that come are added, those that went are taken out. */
  running: Supervised[];
  upstreams: Upstreams;
  hooks: { say: (line: string) => void; onChange: () => void };
  signal: AbortSignal;
}

/** The rolling updates of one run, one at a time. */
export class RollingUpdates {
  private count = 0;
  private underWay = false;

  constructor(private readonly run: Roll) {}

  /** Puts new processes, of this release, in the place of those of these services, one after the other. */
  async take({ roll: services, code }: ControlRequest, tell: (line: string) => void): Promise<void> {
    if (this.underWay) throw new RollError('another rolling update is under way');
    this.underWay = true;
    const before = this.portsInUse();
    let ports: number[] = [];
    try {
      ports = await stablePorts(portsOf(this.run.input.replicas));
      this.count += 1;
      const specs = this.planned(code, ports);
      const ofService = (service: string) =>
        this.run.running.filter(({ spec }) => serviceOf(spec.name) === service);
      for (const old of services.flatMap(ofService)) {
        const spec = specs.find(({ name }) => name === old.spec.name);
        if (!spec) throw new Error(`${old.spec.name} is not planned`);
        const startedAt = performance.now();
        await replace(this.run, old, { ...spec, log: spec.log.replace(/log$/, `roll-${this.count}.log`) });
        tell(`${spec.name}: replaced in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
      }
    } finally {
      const inUse = new Set(this.portsInUse());
      releasePorts([...before, ...ports].filter((port) => !inUse.has(port)));
      this.underWay = false;
    }
  }

  private portsInUse(): number[] {
    return this.run.running.flatMap(({ spec }) =>
      [spec.port, spec.internalPort].filter((port) => port !== null),
    );
  }

  /** The same processes on these ports; servers are not rolled, what comes uses those that run. */
  private planned(code: string, ports: number[]): ProcessSpec[] {
    const { input, plan } = this.run;
    const free = [...ports];
    return plan({
      ...input,
      places: { ...input.places, code },
      servers: {
        mongod: this.runningOr(input.servers.mongod, 'mongod'),
        nats: this.runningOr(input.servers.nats, 'nats-server', 'nats-streaming-server'),
        redis: this.runningOr(input.servers.redis, 'redis-server'),
      },
      takePort: () => free.pop() ?? 0,
    }).services;
  }

  private runningOr(found: Found, ...names: string[]): Found {
    const spec = this.run.runningServers.find((one) => names.includes(one.spec.name))?.spec;
    if (!spec?.url || spec.port === null) return found;
    const port = portTo(this.run.input.settings, spec.name, spec.port);
    return { kind: 'url', location: spec.url.replace(/\d+$/, String(port)), why: 'runs already' };
  }
}

/** Puts a new process in the place of one that runs, without a moment in which neither takes requests. */
export async function replace(
  { running, upstreams, hooks, signal }: Roll,
  old: Supervised,
  spec: ProcessSpec,
) {
  // Whoever stops the run may have gone through the list of what runs already.
  signal.throwIfAborted();
  const { name } = spec;
  const over = new AbortController();
  const next: Supervised = new Supervised(spec, {
    ...hooks,
    onChange: () => {
      hooks.onChange();
      if (next.role === 'next' && next.entry === undefined) over.abort(new Error('it ended'));
    },
  });
  next.role = 'next';
  running.push(next);
  next.start();
  try {
    const either = AbortSignal.any([signal, over.signal]);
    await waitUntilReady([next], { timeoutMs: READY_MS, say: hooks.say, signal: either });
  } catch (error) {
    await next.kill();
    running.splice(running.indexOf(next), 1);
    const why = error instanceof Error ? error.message : String(error);
    throw new RollError(`the new ${name} was not ready (${why}; log: ${spec.log}); the old one goes on`, {
      cause: error,
    });
  }
  const service = serviceOf(name);
  if (spec.port !== null) upstreams.add(service, { host: LOOPBACK, port: spec.port });
  if (old.spec.port !== null) {
    const gone = { host: LOOPBACK, port: old.spec.port };
    upstreams.remove(service, gone);
    await upstreams.answered(gone, ANSWERS_MS);
  }
  next.role = 'present';
  old.role = 'last';
  hooks.onChange();
  await old.stop();
  running.splice(running.indexOf(old), 1);
  hooks.onChange();
}
