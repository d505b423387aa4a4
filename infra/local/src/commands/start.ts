import { environment, startedByNpm } from '../config';
import { parseEnvironment, parseStartOptions } from '../options';
import { prepare } from '../prepare';
import type { Found } from '../servers/search';
import { LocalRun } from '../supervisor/local-run';
import { seedDemo } from '../seed/seed';

const LOOK_AT_PARENT_MS = 500;

function need(found: Found | undefined): Found {
  if (!found) throw new Error('a server was neither found nor missing');
  return found;
}

/** Starts everything and stays until it is told to stop. */
export async function startCommand(root: string, args: string[], { dev }: { dev: boolean }): Promise<number> {
  const start = parseStartOptions(args);
  const settings = parseEnvironment(environment());
  const say = (line: string) => process.stdout.write(`${line}\n`);
  // The terminal may be gone before we are.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);

  const run = new LocalRun({
    root,
    start,
    settings,
    env: environment(),
    dev,
    say,
    prepare: async () => {
      const found = await prepare(root, {
        tools: ['mongod', 'nats-server', 'redis-server'],
        build: dev ? 'shared' : 'all',
      });
      return {
        mongod: need(found.mongod),
        nats: need(found['nats-server']),
        redis: need(found['redis-server']),
      };
    },
  });

  const stopped = stopOnSignals(run, say);
  try {
    await run.start();
    if (start.seed) await seedDemo(run.url, await run.secrets(), say);
    say(`GitTix is ready at ${run.url}`);
    await stopped.promise;
    return 0;
  } catch (error) {
    if (stopped.requested()) {
      await stopped.promise;
      return 0;
    }
    await run.stop();
    throw error;
  } finally {
    stopped.forget();
  }
}

/** The first signal stops in order, the second at once. */
function stopOnSignals(run: LocalRun, say: (line: string) => void) {
  let requests = 0;
  let settle = () => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const request = (why: string) => {
    requests += 1;
    if (requests === 1) say(`${why}: stopping (again to stop at once)`);
    if (requests > 2) return;
    void run.stop({ force: requests === 2 }).then(
      () => settle(),
      (error: unknown) => {
        say(`stopping failed: ${String(error)}`);
        settle();
      },
    );
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const listeners = signals.map((signal) => [signal, () => request(signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  // npm passes on SIGINT and SIGTERM, but dies of SIGHUP (and SIGKILL) without a word: then our parent changes.
  const parent = process.ppid;
  const watch = startedByNpm()
    ? setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(watch);
        request('npm is gone');
      }, LOOK_AT_PARENT_MS)
    : undefined;
  return {
    promise,
    requested: () => requests > 0,
    forget: () => {
      clearInterval(watch);
      for (const [signal, listener] of listeners) process.removeListener(signal, listener);
    },
  };
}
