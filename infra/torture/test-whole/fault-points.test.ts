import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A minute on a free machine; a busy one has to build and to start as well. */
const LONGEST_MS = 6 * 60_000;
const MAIN = join(__dirname, '../src/fault-points/main.ts');

let faults: ChildProcess | undefined;
afterAll(async () => {
  // It ends what it started by itself, when it is asked to.
  if (faults?.exitCode !== null || !faults.kill('SIGTERM')) return;
  await once(faults, 'exit');
}, LONGEST_MS);

it(
  'six fault points by exit, hang and throw are each met, come to rest, and break no promise',
  async () => {
    let story = '';
    faults = spawn(
      process.execPath,
      ['--conditions=gittix-source', '--import', 'tsx', MAIN, '--sample', '--replicas', '1'],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: join(__dirname, '../../..') },
    );
    for (const stream of [faults.stdout, faults.stderr])
      stream?.on('data', (chunk: Buffer) => (story += chunk.toString()));
    const [code] = (await once(faults, 'close')) as [number | null];
    if (code !== 0) throw new Error(`npm run test:faults ended with ${code}:\n${story}`);
    expect(story).toMatch(/points: 6; scenarios: 6;/);
    expect(story.match(/2 scenarios, +2 hit, 2 clean/g)).toHaveLength(3);
    expect(story).toMatch(/all invariants judged: 0 new violations, [1-9]\d* checks/);
  },
  LONGEST_MS,
);
