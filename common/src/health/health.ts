import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Registry } from 'prom-client';

export interface Check {
  /** What /readyz calls it: `database`, `bus`. */
  name: string;
  /** True when it works now; a string says what is wrong. */
  test: () => true | string;
  /** `always`: not ready without it. `at-start`: needed before the first request; lost later it only shows. */
  needed: 'always' | 'at-start';
}

/** Readiness and metrics of one process. Served on the internal port, never on the ingress. */
export class Health {
  readonly metrics = new Registry();
  /** Where it is served; undefined before. */
  port: number | undefined;
  private readonly checks: Check[] = [];
  private readonly seen = new Set<string>();
  private draining = false;

  constructor(readonly service: string) {
    this.metrics.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.metrics });
  }

  add(check: Check): void {
    this.checks.push(check);
  }

  /** From now on not ready: load balancers stop sending. */
  drain(): void {
    this.draining = true;
  }

  /** Body of /readyz: `missing` keeps the service from being ready, `degraded` only tells. */
  readiness(): { ready: boolean; missing: string[]; degraded: string[] } {
    const missing: string[] = this.draining ? ['draining'] : [];
    const degraded: string[] = [];
    for (const { name, test, needed } of this.checks) {
      const result = test();
      if (result === true) this.seen.add(name);
      else if (needed === 'at-start' && this.seen.has(name)) degraded.push(`${name}: ${result}`);
      else missing.push(`${name}: ${result}`);
    }
    return { ready: missing.length === 0, missing, degraded };
  }
}

/** Serves /livez, /readyz and /metrics. `port` 0 takes any free one; the answer tells which. */
export async function serveHealth(
  health: Health,
  address: { host: string; port: number },
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((req, res) => {
    const path = (req.url ?? '').split('?')[0];
    if (path === '/livez') return void res.end('ok\n');
    if (path === '/readyz') {
      const readiness = health.readiness();
      res.writeHead(readiness.ready ? 200 : 503, { 'content-type': 'application/json' });
      return void res.end(JSON.stringify(readiness));
    }
    if (path === '/metrics') {
      health.metrics.metrics().then(
        (text) => res.writeHead(200, { 'content-type': health.metrics.contentType }).end(text),
        () => res.writeHead(500).end(),
      );
      return;
    }
    res.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  health.port = port;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
