import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { EnvironmentSettings, StartOptions } from '../options';
import { readIngress } from '../proxy/ingress';
import { type Proxy, startProxy } from '../proxy/proxy';
import { Upstreams } from '../proxy/upstreams';
import { claimPort, isFree, releasePorts, stablePorts } from '../servers/ports';
import { openControl, type Control } from './control';
import { endEarlierRun } from './earlier-run';
import { identityOf } from './identity';
import { planProcesses } from './plan';
import { LOOPBACK, type Places, type Plan, type PlanInput, portsOf, type Servers } from './plan-types';
import { portOwner } from './port-owner';
import { waitUntilReady } from './ready';
import { RollingUpdates, serviceOf } from './roll';
import { RunFile } from './run-file';
import { loadSecrets, type Secrets } from './secrets';
import { Supervised } from './supervised';

const SERVERS_READY_MS = 60_000;
const SERVICES_READY_MS = 180_000;
const EMULATOR_OFFSET = 10;

/** Says who has the port that was asked for. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

export interface LocalRunOptions {
  root: string;
  start: StartOptions;
  settings: EnvironmentSettings;
  env: NodeJS.ProcessEnv;
  dev: boolean;
  say: (line: string) => void;
  /** Finds servers and builds; called when it is sure that nothing else is in the way. */
  prepare: () => Promise<{ servers: Servers; code: string }>;
  /** Tests replace the services by small ones. */
  plan?: typeof planProcesses;
}

/** Everything of one `npm start`, from the first check to the last process gone. */
export class LocalRun {
  url = '';
  private places: Places;
  private readonly runFilePath: string;
  private readonly runFile: RunFile;
  private readonly abort = new AbortController();
  private startedAt = '';
  private identity: string | undefined;
  private owns = false;
  private servers: Supervised[] = [];
  private services: Supervised[] = [];
  private opening: Promise<void> | undefined;
  private proxy: Proxy | undefined;
  private internalProxy: Proxy | undefined;
  private stopping: Promise<void> | undefined;
  private readonly upstreams = new Upstreams();
  private control: Control | undefined;

  constructor(private readonly options: LocalRunOptions) {
    const { root, start } = options;
    const base = resolve(root, start.data);
    this.places = { root, code: root, data: join(base, 'data'), logs: join(base, 'logs') };
    this.runFilePath = join(base, 'run.json');
    this.runFile = new RunFile(this.runFilePath);
  }

  /** Resolves when everything is ready. */
  async start(): Promise<void> {
    const { start, say, prepare } = this.options;
    const { data, logs } = this.places;
    this.startedAt = new Date().toISOString();
    this.identity = await identityOf(process.pid);
    await endEarlierRun(this.runFilePath, say);
    if (start.port !== 0 && !(await isFree(start.port))) throw await this.portTaken(start.port);
    if (start.reset) await rm(data, { recursive: true, force: true });
    for (const directory of ['mongod', 'mongod-stand-in', 'nats', 'nats-streaming', 'redis']) {
      await mkdir(join(data, directory), { recursive: true });
    }
    await mkdir(logs, { recursive: true });
    const secrets = await this.secrets();
    this.owns = true;
    const { servers, code } = await prepare();
    this.places = { ...this.places, code };
    this.opening = this.open(servers, secrets);
    await this.opening;
  }

  /** Opens the addresses and starts the processes; gives up at once when the run is stopped meanwhile. */
  private async open(servers: Servers, secrets: Secrets): Promise<void> {
    const { start, say, dev, env, settings, plan = planProcesses } = this.options;
    const { root } = this.places;
    const { signal } = this.abort;
    signal.throwIfAborted();
    // The addresses come first: the services are told them. Until a service is up they answer 503.
    const ingress = readIngress(await readFile(join(root, 'infra/k8s/base/ingress.yaml'), 'utf8'));
    const { upstreams } = this;
    const listen = (port: number, trusted: boolean) =>
      startProxy({ ingress, upstreams, host: LOOPBACK, port, trusted });
    const [internalPort = 0, anyPort = 0] = await stablePorts(2);
    this.internalProxy = await listen(internalPort, true);
    this.proxy = await listen(start.port || anyPort, false).catch(async (error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE' ? await this.portTaken(start.port) : error;
    });
    this.url = `http://${LOOPBACK}:${this.proxy.port}`;

    const wantedPort = this.proxy.port + EMULATOR_OFFSET;
    const ports = await stablePorts(portsOf(start.replicas));
    const takePort = () => ports.pop() ?? 0;
    const input: PlanInput = {
      places: this.places,
      env,
      settings,
      servers,
      secrets,
      replicas: start.replicas,
      dev,
      publicUrl: this.url,
      internalUrl: `http://${LOOPBACK}:${this.internalProxy.port}`,
      takePort,
      emulatorPort: wantedPort <= 65_535 && (await claimPort(wantedPort)) ? wantedPort : takePort(),
    };
    const planned: Plan = plan(input);
    releasePorts(ports);
    for (const { name, port } of planned.services) {
      if (port !== null) upstreams.add(serviceOf(name), { host: LOOPBACK, port });
    }

    signal.throwIfAborted();
    const hooks = { say, onChange: () => void this.writeRunFile() };
    this.servers = planned.servers.map((spec) => new Supervised(spec, hooks));
    this.services = planned.services.map((spec) => new Supervised(spec, hooks));
    // Services wait for what they need by themselves; together they are up sooner than one after the other.
    for (const one of [...this.servers, ...this.services]) one.start();
    await waitUntilReady(this.servers, { timeoutMs: SERVERS_READY_MS, say, signal });
    await waitUntilReady(this.services, { timeoutMs: SERVICES_READY_MS, say, signal });
    const { servers: runningServers, services: running } = this;
    const updates = new RollingUpdates({ input, plan, runningServers, running, upstreams, hooks, signal });
    // From the sources there is nothing to roll: they are taken when they change.
    if (!dev) {
      this.control = await openControl(dirname(this.runFilePath), (asked, tell) =>
        // Whoever asked may read run.json as soon as it is told.
        updates.take(asked, tell).finally(() => this.writeRunFile()),
      );
    }
    await this.writeRunFile();
  }

  /** The keys of this instance. */
  secrets(): Promise<Secrets> {
    return loadSecrets(join(this.places.data, 'keys.json'));
  }

  private async portTaken(port: number): Promise<PortTakenError> {
    const owner = await portOwner(port);
    return new PortTakenError(
      `Port ${port} is taken by ${owner}. Stop it, or choose another port: npm start -- --port ${port + 100}`,
    );
  }

  private writeRunFile(): Promise<void> {
    if (!this.owns || this.url === '') return Promise.resolve();
    const own = {
      name: 'proxy',
      pid: process.pid,
      port: this.proxy?.port ?? null,
      internalPort: this.internalProxy?.port ?? null,
      url: this.url,
      log: '',
      restarts: 0,
      ...(this.identity !== undefined && { identity: this.identity }),
    };
    const entries = [...this.servers, ...this.services].flatMap(({ entry }) => (entry ? [entry] : []));
    return this.runFile.write({
      url: this.url,
      pid: process.pid,
      ...(this.identity !== undefined && { identity: this.identity }),
      startedAt: this.startedAt,
      ...(this.control && { control: this.control.path }),
      processes: [own, ...entries],
    });
  }

  /** Stops in order: no new requests, then services, then servers. A second call with `force` ends all at once. */
  stop({ force = false } = {}): Promise<void> {
    this.abort.abort(new Error('stopped'));
    if (force) return this.finish(Promise.all([...this.services, ...this.servers].map((one) => one.kill())));
    this.stopping ??= this.finish(this.stopInOrder());
    return this.stopping;
  }

  private async stopInOrder(): Promise<void> {
    // A start under way gives up now; its reason is told by start() itself.
    await this.opening?.catch(() => undefined);
    await this.proxy?.stopAccepting();
    await Promise.all(this.services.map((one) => one.stop()));
    await Promise.all(this.servers.map((one) => one.stop()));
  }

  private async finish(processes: Promise<unknown>): Promise<void> {
    await processes;
    await this.control?.close();
    await Promise.all([this.proxy?.close(), this.internalProxy?.close()]);
    if (this.owns) await this.runFile.remove();
    this.owns = false;
  }
}
