import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A minute of faults, and time to start, to come to rest and to read everything on a busy machine. */
const LONGEST_MS = 6 * 60_000;
const MAIN = join(__dirname, '../src/main.ts');

let torture: ChildProcess | undefined;
afterAll(async () => {
  // It ends what it started by itself, when it is asked to.
  if (torture?.exitCode !== null || !torture.kill('SIGTERM')) return;
  await once(torture, 'exit');
}, LONGEST_MS);

it(
  'one minute of every fault there is ends without a violation',
  async () => {
    let story = '';
    torture = spawn(
      process.execPath,
      [
        ...['--conditions=gittix-source', '--import', 'tsx', MAIN],
        ...['--minutes', '1', '--seed', '7', '--each-once'],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: join(__dirname, '../../..') },
    );
    for (const stream of [torture.stdout, torture.stderr])
      stream?.on('data', (chunk: Buffer) => (story += chunk.toString()));
    const [code] = (await once(torture, 'close')) as [number | null];
    if (code !== 0) throw new Error(`npm run torture ended with ${code}:\n${story}`);
    expect(story).toContain('no violations');
  },
  LONGEST_MS,
);
