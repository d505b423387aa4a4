import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { environment } from '../config';
import { prepare, type ToolName } from '../prepare';
import { interruptible } from './leave';

/** These tests run the whole product, started as `npm start` starts it. */
const STORIES = 'e2e';
const TORTURE = 'torture-whole';
const WHOLE_PRODUCT = [STORIES, TORTURE];
/** What the tests of these parts need besides servers. */
const NEED_BUILD = [...WHOLE_PRODUCT, 'client'];
const NEED_BROWSER = ['e2e', 'stripe-emulator'];
const NEED_MANIFEST_TOOLS = ['k8s'];

/** The values of --selectProjects; undefined when all projects run. */
function selectedProjects(args: string[]): string[] | undefined {
  const at = args.indexOf('--selectProjects');
  if (at < 0) return undefined;
  const rest = args.slice(at + 1);
  const end = rest.findIndex((arg) => arg.startsWith('-'));
  return end < 0 ? rest : rest.slice(0, end);
}

/**
 * The runs of jest: arguments of one's own go to one run as they are. All tests are three runs: the parts side by side, then
 * the whole product, for there time is measured: its stories two at once, as each mostly waits, and torture by itself.
 */
function runsOf(args: string[]): string[][] {
  if (args.length > 0) return [args];
  return [
    // Left to itself jest keeps one core free, which on two cores is half of them; and a third of these tests' time is waiting.
    [`--maxWorkers=${availableParallelism() + 1}`, '--ignoreProjects', ...WHOLE_PRODUCT],
    ['--maxWorkers=2', '--selectProjects', STORIES],
    ['--runInBand', '--selectProjects', TORTURE],
  ];
}

/** Prepares what the chosen tests need, then runs jest: its arguments, its exit code. */
export async function testCommand(root: string, args: string[]): Promise<number> {
  const selected = selectedProjects(args);
  const isNeeded = (by: string[]) => selected === undefined || by.some((part) => selected.includes(part));
  const tools: ToolName[] = ['mongod', 'nats-server', 'redis-server'];
  if (isNeeded(NEED_BROWSER)) tools.push('chromium');
  if (isNeeded(NEED_MANIFEST_TOOLS)) tools.push('kustomize', 'kubeconform');
  const found = await interruptible(() =>
    prepare(root, {
      tools,
      build: isNeeded(NEED_BUILD) ? 'all' : 'none',
    }),
  );
  const env = { ...environment() };
  if (found.chromium) env.CHROMIUM_PATH = found.chromium.location;
  const jest = new JestRuns(root, env);
  let worst = 0;
  for (const run of runsOf(args)) worst = Math.max(worst, await jest.run(run));
  return worst;
}

/** Runs jest, one run at a time; told to stop, the present one ends and no other begins. */
class JestRuns {
  private current: ChildProcess | undefined;
  private stopped = false;

  constructor(
    private readonly root: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        this.stopped = true;
        // Ctrl-C reaches jest by itself; a signal to this process alone is passed on. Either way jest ends first.
        if (signal !== 'SIGINT') this.current?.kill(signal);
      });
    }
  }

  run(args: string[]): Promise<number> {
    if (this.stopped) return Promise.resolve(1);
    const jest = spawn(process.execPath, [join(this.root, 'node_modules/jest/bin/jest.js'), ...args], {
      cwd: this.root,
      env: this.env,
      stdio: 'inherit',
    });
    this.current = jest;
    return new Promise((resolve, reject) => {
      jest.once('error', reject);
      jest.once('exit', (code) => resolve(code ?? 1));
    });
  }
}
