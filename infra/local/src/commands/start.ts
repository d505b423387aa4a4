import { environment, startedByNpm } from '../config';
import { type EnvironmentSettings, parseEnvironment, parseStartOptions } from '../options';
import { keepRelease } from '../build/release';
import { prepare } from '../prepare';
import { seedDemo } from '../seed/seed';
import type { Found } from '../servers/search';
import { brokerOf } from '../supervisor/broker';
import { identityOf } from '../supervisor/identity';
import { LocalRun } from '../supervisor/local-run';
import type { Servers } from '../supervisor/plan-types';
import { runUntilStopped } from '../supervisor/until-stopped';
import { leave } from './leave';

function need(found: Found | undefined): Found {
  if (!found) throw new Error('a server was neither found nor missing');
  return found;
}

async function prepareRun(
  root: string,
  dev: boolean,
  settings: EnvironmentSettings,
): Promise<{ servers: Servers; code: string }> {
  const broker = brokerOf(settings).tool;
  const found = await prepare(root, {
    tools: ['mongod', broker, 'redis-server'],
    build: dev ? 'shared' : 'all',
  });
  const user = { pid: process.pid, identity: await identityOf(process.pid) };
  return {
    servers: { mongod: need(found.mongod), nats: need(found[broker]), redis: need(found['redis-server']) },
    code: dev ? root : await keepRelease(root, user),
  };
}

/** `npm start` and `npm run dev`: starts everything and stays until it is told to stop. */
export async function startCommand(root: string, args: string[], { dev }: { dev: boolean }): Promise<number> {
  const start = parseStartOptions(args);
  const env = environment();
  const settings = parseEnvironment(env);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  // The terminal may be gone before we are; writing to it must not end us half way.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  const run = new LocalRun({
    root,
    start,
    settings,
    env,
    dev,
    say,
    prepare: () => prepareRun(root, dev, settings),
  });
  let isUp = false;
  await runUntilStopped(run, {
    say,
    watchParent: startedByNpm(),
    start: async () => {
      await run.start();
      if (start.seed) await seedDemo(run.url, await run.secrets(), say);
      isUp = true;
      say(`GitTix is ready at ${run.url}`);
    },
  });
  return isUp ? 0 : leave(0);
}
