import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readYaml } from '../build/read';
import { buildFile, type Step } from '../build/schema';
import { resolveStep } from '../build/substitutions';
import { runCommand } from './command';
import { type Tools, toolsOf } from './images';
import { isGreen, type Outcome, runBuild } from './run-build';
import { type Call, type Red, StandIns } from './stand-ins';
import { readTriggers, triggerOfPullRequest, triggerOfPush } from './trigger';
import { checkOut, commitOf } from './workspace';

/** The images, and a tag for each; the real tags come with --real-tests. */
const PARTS = ['auth', 'tickets', 'orders', 'payments', 'expiration', 'client', 'stripe-emulator'];

export interface PipelineOptions {
  repository: string;
  branch: string;
  pullRequest?: boolean;
  commit: string;
  red?: Red | undefined;
  /** In place of the trigger's own, as whoever starts a trigger by hand may give them. */
  substitutions?: Readonly<Record<string, string>>;
  realTests?: boolean;
  /** Parts whose image the registry has; by default those of a promoted commit, and none of a new one. */
  built?: readonly string[];
  /** Deployments that run in the stage already. */
  running?: readonly string[];
  /** Files of the workspace to answer with, for the workspace is gone afterwards. */
  keep?: readonly string[];
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
}

export interface PipelineResult {
  green: boolean;
  outcomes: Map<string, Outcome>;
  calls: Call[];
  /** What each step began and ended, in order: `begin build`, `end build`. */
  journal: string[];
  /** What stands in the files to keep. */
  kept: string[];
}

const TAGS = Object.fromEntries(PARTS.map((part) => [part, `${part}-0123456789ab`]));

/** Runs the pipeline of a branch on this machine, with recording stand-ins, and tells what happened. */
export async function pipeline(options: PipelineOptions): Promise<PipelineResult> {
  const { repository, branch, env, say } = options;
  const commit = await commitOf(repository, options.commit, env);
  const directory = await mkdtemp(join(tmpdir(), 'gittix-pipeline-'));
  try {
    const workspace = join(directory, 'workspace');
    await checkOut({ repository, commit, into: workspace, env });
    const triggers = await readTriggers(join(workspace, 'infra/cloudbuild/triggers'));
    const trigger = options.pullRequest ? triggerOfPullRequest(triggers) : triggerOfPush(triggers, branch);
    const build = await readYaml(join(workspace, trigger.filename), buildFile);
    say(`${trigger.name}: ${commit} by ${trigger.filename}`);
    const own = { ...build.substitutions, ...trigger.substitutions, ...options.substitutions };
    const values = { ...own, ...builtIn(trigger.name, trigger.serviceAccount, branch, commit) };
    const built = options.built ?? (own._PROMOTED_FROM ? PARTS : []);
    const standIns = await StandIns.make({
      directory,
      script: join(workspace, 'infra/cloudbuild/stand-ins/stand-in.sh'),
      red: options.red,
      tags: TAGS,
      registry: built.map((part) => `${own._REGISTRY}/${part}:${TAGS[part]}`),
      running: options.running ?? PARTS,
      path: env.PATH ?? '',
      realTests: options.realTests ?? false,
    });
    const journal: string[] = [];
    const outcomes = await runBuild(build, async (raw, signal) => {
      const step = resolveStep(raw, build, values);
      journal.push(`begin ${step.id}`);
      const passed = await runStep({ step, workspace, standIns, env, say, signal });
      journal.push(`end ${step.id}`);
      return passed;
    });
    const kept = (options.keep ?? []).map((path) => readFile(join(workspace, path), 'utf8'));
    const there = ({ step, call }: Call) => ({ step, call: call.replaceAll(workspace, '/workspace') });
    const calls = (await standIns.calls()).map(there);
    return { green: isGreen(outcomes), outcomes, calls, journal, kept: await Promise.all(kept) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function builtIn(trigger: string, account: string, branch: string, commit: string): Record<string, string> {
  return {
    PROJECT_ID: account.split('/')[1] ?? '',
    PROJECT_NUMBER: '000000000000',
    LOCATION: 'local',
    BUILD_ID: 'local',
    TRIGGER_NAME: trigger,
    REPO_NAME: 'gittix',
    REPO_FULL_NAME: 'local/gittix',
    BRANCH_NAME: branch,
    TAG_NAME: '',
    REF_NAME: branch,
    COMMIT_SHA: commit,
    REVISION_ID: commit,
    SHORT_SHA: commit.slice(0, 7),
  };
}

interface RunStepOptions {
  step: Step;
  workspace: string;
  standIns: StandIns;
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  signal: AbortSignal;
}

async function runStep({ step, workspace, standIns, env, say, signal }: RunStepOptions): Promise<boolean> {
  const tools = toolsOf(step.name);
  const here = (text: string) => text.replaceAll('/workspace', workspace);
  const bin = await standIns.environmentOf(step.id, tools);
  const [program, ...args] = await commandLine(step, tools, workspace);
  if (program === undefined) throw new Error(`${step.id} says nothing that could be run`);
  const code = await runCommand({
    program,
    args: args.map(here),
    cwd: join(workspace, step.dir ?? '.'),
    env: { HOME: env.HOME, ...variables((step.env ?? []).map(here)), ...bin },
    onLine: (line) => say(`${step.id.padEnd(9)} | ${line}`),
    signal,
  });
  return code === 0;
}

/** `NAME=value` lines as an environment. */
function variables(lines: readonly string[]): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const line of lines) {
    const at = line.indexOf('=');
    entries[line.slice(0, at)] = line.slice(at + 1);
  }
  return entries;
}

/** The program of a step and its arguments; a script becomes a file of its own, as in the cloud. */
async function commandLine(step: Step, tools: Tools, workspace: string): Promise<string[]> {
  if (step.script === undefined) {
    const entrypoint = step.entrypoint ?? tools.entrypoint;
    return [...(entrypoint === undefined ? [] : [entrypoint]), ...(step.args ?? [])];
  }
  const file = join(workspace, `../${step.id}.sh`);
  await writeFile(file, step.script.startsWith('#!') ? step.script : `#!/bin/sh\n${step.script}`);
  await chmod(file, 0o755);
  return [file];
}
