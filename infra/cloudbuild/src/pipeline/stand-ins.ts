import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from './find-program';
import { EVERYWHERE, type Tools } from './images';

/** What can be made to fail. */
export const REDS = ['check', 'test', 'scan', 'migrate', 'rollout', 'smoke'] as const;
export type Red = (typeof REDS)[number];

/** One call of a stand-in. */
export interface Call {
  step: string;
  /** The tool and its arguments, one space between each. */
  call: string;
}

export interface StandInsOptions {
  /** Where links and notes are kept. */
  directory: string;
  /** The script that stands in for every tool. */
  script: string;
  red: Red | undefined;
  /** What `npm run images -- --print-tags --json` tells. */
  tags: Readonly<Record<string, string>>;
  /** The images that the registry has, `<registry>/<part>:<tag>`. */
  registry: readonly string[];
  /** Names of the Deployments that run already. */
  running: readonly string[];
  /** PATH of the machine, to find the real tools on. */
  path: string;
  /** Runs the real npm, but for the smoke test and the tags. */
  realTests: boolean;
}

/** The stand-ins of one run: their notes, and the PATH of each step. */
export class StandIns {
  private constructor(private readonly options: StandInsOptions) {}

  static async make(options: StandInsOptions): Promise<StandIns> {
    const state = join(options.directory, 'state');
    await mkdir(state, { recursive: true });
    const note = (name: string, lines: readonly string[]) =>
      writeFile(join(state, name), lines.map((line) => `${line}\n`).join(''));
    await note('calls', []);
    await note('registry', options.registry);
    await note(
      'deployments',
      options.running.map((name) => `${name} 1`),
    );
    await note(
      'parts',
      Object.keys(options.tags).map((name) => `${name} 0`),
    );
    await writeFile(join(state, 'tags.json'), JSON.stringify(options.tags));
    return new StandIns(options);
  }

  /** PATH and notes for a step: it finds what its image has, and nothing else. */
  async environmentOf(step: string, tools: Tools): Promise<Record<string, string>> {
    const { directory, script, path, red, realTests } = this.options;
    const bin = join(directory, 'bin', step);
    await mkdir(bin, { recursive: true });
    for (const name of [...tools.recorded, 'sleep']) await symlink(script, join(bin, name));
    for (const name of [...EVERYWHERE, ...tools.real]) {
      await symlink(await findProgram(name, path), join(bin, name));
    }
    return {
      // The real npm has programs of its own to find.
      PATH: realTests ? `${bin}:${path}` : bin,
      STAND_IN_STATE: join(directory, 'state'),
      STAND_IN_STEP: step,
      STAND_IN_RED: red ?? '',
      STAND_IN_REAL_NPM: realTests ? await findProgram('npm', path) : '',
    };
  }

  /** Every call so far, in order. */
  async calls(): Promise<Call[]> {
    const text = await readFile(join(this.options.directory, 'state/calls'), 'utf8');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [step = '', call = ''] = line.split('\t');
        return { step, call };
      });
  }
}
