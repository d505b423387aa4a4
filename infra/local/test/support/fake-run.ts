import { join } from 'node:path';
import { parseStartOptions } from '../../src/options';
import { LocalRun } from '../../src/supervisor/local-run';
import { type PlanInput, specOf } from '../../src/supervisor/plan-types';
import { answersWell } from '../../src/supervisor/ready';
import { runUntilStopped } from '../../src/supervisor/until-stopped';

/** A real run whose services and servers are small: `node … fake-run.ts [options of start]`. */
const say = (line: string) => process.stdout.write(`${line}\n`);
const elsewhere = { kind: 'url', location: 'nowhere:', why: 'not used' } as const;

function fake(input: PlanInput, name: string) {
  const port = input.takePort();
  return specOf(input, {
    name,
    command: process.execPath,
    args: [join(__dirname, 'fake-process.cjs')],
    port,
    // None is to be killed for being slow: they note when they end by themselves.
    stopMs: 60_000,
    isReady: answersWell(`http://127.0.0.1:${port}/`),
    env: { ...input.env, NAME: name, PORT: String(port), RELEASE: input.places.code },
  });
}

const run = new LocalRun({
  root: join(__dirname, '../../../..'),
  start: parseStartOptions(process.argv.slice(2)),
  settings: {},
  env: process.env,
  dev: false,
  say,
  prepare: () =>
    Promise.resolve({ servers: { mongod: elsewhere, nats: elsewhere, redis: elsewhere }, code: 'release-1' }),
  plan: (input) => ({
    servers: [fake(input, 'nats-server')],
    services: [fake(input, 'auth-1'), fake(input, 'client-1')],
  }),
});

runUntilStopped(run, {
  say,
  watchParent: false,
  start: async () => {
    await run.start();
    say(`ready at ${run.url}`);
  },
}).catch((error: unknown) => {
  say((error as Error).message);
  process.exitCode = 1;
});
