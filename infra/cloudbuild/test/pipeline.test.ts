import { join } from 'node:path';
import { parse } from 'yaml';
import type { TriggerFile } from '../src/build/schema';
import { pipeline, type PipelineOptions, type PipelineResult } from '../src/pipeline/pipeline';
import { report } from '../src/pipeline/report';
import { readTriggers, triggerOfPush } from '../src/pipeline/trigger';
import { Repository } from './support/repository';

// An operator puts names of their own into the files, and the tests still hold.
let dev: TriggerFile;
let production: TriggerFile;
let registry: string;
const contextOf = ({ serviceAccount, substitutions: s }: TriggerFile) =>
  `gke_${serviceAccount.split('/')[1]}_${s._REGION}_${s._CLUSTER}`;
const ALL = ['auth', 'tickets', 'orders', 'payments', 'expiration', 'client', 'stripe-emulator'];

// Each run starts some hundred small programs: seconds, but on a busy machine many of them.
jest.setTimeout(6 * 60_000);

beforeAll(async () => {
  const triggers = await readTriggers(join(__dirname, '../triggers'));
  dev = triggerOfPush(triggers, 'dev');
  production = triggerOfPush(triggers, 'main');
  registry = dev.substitutions._REGISTRY ?? '';
});

let repository: Repository;
beforeEach(async () => {
  repository = await Repository.make();
});
afterEach(() => repository.remove());

async function run(options: Partial<PipelineOptions> = {}): Promise<PipelineResult & { said: string }> {
  const said: string[] = [];
  const result = await pipeline({
    repository: repository.path,
    branch: 'dev',
    commit: 'HEAD',
    env: process.env,
    say: (line) => said.push(line),
    ...options,
  });
  return { ...result, said: said.join('\n') };
}

const callsOf = ({ calls }: PipelineResult, tool: string) =>
  calls.filter(({ call }) => call.startsWith(`${tool} `)).map(({ call }) => call);
const callsIn = ({ calls }: PipelineResult, step: string) =>
  calls.filter((one) => one.step === step).map(({ call }) => call);
const ran = ({ journal }: PipelineResult) => journal.flatMap((line) => line.match(/^begin (.*)/)?.[1] ?? []);

describe('a push to dev', () => {
  let result: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    repository = await Repository.make();
    result = await run();
    await repository.remove();
  });

  it('walks every step in order, tests beside check, and ends green', () => {
    expect(result.said).not.toContain('not found');
    expect(Object.fromEntries(result.outcomes)).toEqual(
      Object.fromEntries([...result.outcomes.keys()].map((step) => [step, 'passed'])),
    );
    expect(result.green).toBe(true);
    const at = (line: string) => result.journal.indexOf(line);
    for (const [earlier, later] of [
      ['promotion', 'install'],
      ['install', 'check'],
      ['install', 'test'],
      ['install', 'tags'],
      ['check', 'build'],
      ['test', 'build'],
      ['build', 'scan'],
      ['sbom', 'reports'],
      ['scan', 'reports'],
      ['reports', 'push'],
      ['push', 'newest'],
      ['newest', 'migrate'],
      ['migrate', 'rollout'],
      ['rollout', 'smoke'],
      ['smoke', 'verdict'],
    ]) {
      expect([earlier, later, at(`end ${earlier}`) < at(`begin ${later}`)]).toEqual([earlier, later, true]);
    }
    expect(at('begin test')).toBeLessThan(at('end check'));
  });

  it('builds, scans and pushes each image under the tag of its content', () => {
    const image = (part: string) => `${registry}/${part}:${part}-0123456789ab`;
    expect(callsIn(result, 'build').filter((call) => call.startsWith('docker build'))).toEqual(
      ALL.map(
        (part) =>
          `docker build --file infra/${part}/Dockerfile --tag ${image(part)} --build-arg BUILD_IMAGE=node:24-bookworm-slim --build-arg RUN_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot .`,
      ),
    );
    expect(callsIn(result, 'scan').map((call) => call.split(' ').at(-1))).toEqual(ALL.map(image));
    expect(callsIn(result, 'push')).toEqual(ALL.map((part) => `docker push ${image(part)}`));
  });

  it('builds and pushes only what the registry lacks, and scans the others as well', async () => {
    const later = await run({ built: ALL.filter((part) => part !== 'orders') });

    expect(callsOf(later, 'docker').filter((call) => /^docker (build|push)/.test(call))).toEqual([
      expect.stringContaining('/orders/Dockerfile'),
      expect.stringContaining('docker push'),
    ]);
    expect(callsIn(later, 'scan')).toHaveLength(ALL.length);
  });

  it('names cluster and namespace of the stage in every call of kubectl', () => {
    const calls = callsOf(result, 'kubectl');
    expect(calls.length).toBeGreaterThan(10);
    for (const call of calls) {
      expect(call.startsWith(`kubectl --context ${contextOf(dev)} --namespace gittix-dev `)).toBe(true);
    }
  });

  it('makes the migration Jobs anew and waits for them before anything is rolled out', () => {
    const verbs = callsIn(result, 'migrate').filter((call) => call.startsWith('kubectl'));
    expect(verbs.map((call) => call.split(' ').slice(5, 7).join(' '))).toEqual([
      'delete jobs',
      expect.stringMatching(/^apply --kustomize/),
      'get jobs',
      'get jobs',
    ]);
  });

  it('rolls a new stage out, where nothing ran before', async () => {
    const first = await run({ running: [] });

    expect(first.green).toBe(true);
    expect(callsIn(first, 'rollout').join('\n')).toMatch(/apply --kustomize/);
  });

  it('takes overlay and images of the stage by a kustomization of its own', async () => {
    const wrapped = await run({
      keep: ['.pipeline/rollout/kustomization.yaml', '.pipeline/migrate/kustomization.yaml'],
    });

    const images = ALL.map((part) => ({
      name: `gittix-${part}`,
      newName: `${registry}/${part}`,
      newTag: `${part}-0123456789ab`,
    }));
    const [rollout, migrate] = wrapped.kept.map((text) => parse(text) as unknown);
    expect(rollout).toMatchObject({ resources: ['../../infra/k8s/overlays/dev'], images });
    expect(migrate).toMatchObject({ resources: ['../../infra/k8s/overlays/dev/migrate'], images });
  });
});

describe('something red', () => {
  it.each(['check', 'test'] as const)('a red %s stops the build before an image is made', async (red) => {
    const result = await run({ red });

    expect(result.green).toBe(false);
    expect(result.outcomes.get(red)).toBe('failed');
    expect(result.outcomes.get('build')).toBe('not run');
    expect(callsOf(result, 'docker')).toEqual([]);
    expect(callsOf(result, 'kubectl')).toEqual([]);
  });

  it('a red scan stops the push, after all reports are kept', async () => {
    const result = await run({ red: 'scan' });

    expect(result.green).toBe(false);
    expect(result.outcomes.get('reports')).toBe('failed');
    expect(callsOf(result, 'docker').join('\n')).not.toContain('docker push');
    expect(callsOf(result, 'kubectl')).toEqual([]);
    expect(callsIn(result, 'scan').filter((call) => call.includes('--format sarif'))).toHaveLength(
      ALL.length,
    );
    expect(callsIn(result, 'reports')).toEqual([expect.stringContaining('gcloud storage cp')]);
    expect(result.said).toContain(`HIGH or CRITICAL in: ${ALL.join(' ')}`);
  });

  it('a red migration stops the roll-out', async () => {
    const result = await run({ red: 'migrate' });

    expect(result.outcomes.get('migrate')).toBe('failed');
    expect(result.outcomes.get('rollout')).toBe('not run');
    expect(callsIn(result, 'migrate').at(-1)).toContain('logs --selector');
  });

  it.each(['rollout', 'smoke'] as const)(
    'a red %s brings each Deployment back to the revision it had',
    async (red) => {
      const result = await run({ red });

      expect(result.green).toBe(false);
      const undoer = red === 'smoke' ? 'verdict' : 'rollout';
      expect(result.outcomes.get(undoer)).toBe('failed');
      const undone = callsIn(result, undoer).filter((call) => call.includes('rollout undo'));
      expect(undone.map((call) => call.split(' ').slice(7).join(' '))).toEqual(
        ALL.map((part) => `deployment/${part} --to-revision=1`),
      );
      expect(callsIn(result, undoer).at(-1)).toContain('rollout status');
    },
  );

  it('is told with the step that failed, and what every step called', async () => {
    const result = await run({ red: 'test' });

    expect(report(result)).toContain('test: failed\n    npm test\n');
    expect(report(result)).toContain('The build is RED: test failed.');
  });
});

describe('promotion', () => {
  it('staging takes a commit of dev, and the very images dev made', async () => {
    await repository.git('branch', 'staging');
    await repository.commit('later on dev');

    const result = await run({ branch: 'staging', commit: 'staging' });

    expect(result.green).toBe(true);
    expect(callsOf(result, 'docker').filter((call) => !call.includes('manifest inspect'))).toEqual([]);
    for (const call of callsOf(result, 'kubectl')) expect(call).toContain('--namespace gittix-staging');
  });

  it.each([
    ['staging', 'dev'],
    ['main', 'staging'],
  ])('%s refuses a commit that is not in %s before anything is built', async (branch, from) => {
    if (from !== 'dev') await repository.git('branch', from);
    await repository.git('checkout', '--quiet', '-b', branch);
    await repository.commit('straight to the stage');

    const result = await run({ branch, commit: branch });

    expect(result.green).toBe(false);
    expect(ran(result)).toEqual(['promotion']);
    expect(result.calls).toEqual([]);
    expect(result.said).toContain(`is not in ${from}: ${branch} takes only what went through ${from}`);
  });

  it('refuses a commit of dev whose images never passed there', async () => {
    await repository.git('branch', 'staging');

    const result = await run({ branch: 'staging', commit: 'staging', built: [] });

    expect(result.outcomes.get('build')).toBe('failed');
    expect(callsOf(result, 'docker').join('\n')).not.toContain('docker build');
    expect(result.said).toContain('dev never brought it through tests and scan');
  });

  it('main goes to production', async () => {
    await repository.git('branch', 'staging');
    await repository.git('branch', 'main');

    const result = await run({ branch: 'main', commit: 'main' });

    expect(result.green).toBe(true);
    for (const call of callsOf(result, 'kubectl')) {
      expect(call).toContain(`--context ${contextOf(production)} --namespace gittix-production `);
    }
    expect(callsIn(result, 'smoke')).toEqual([
      `npm run --silent smoke -- --url ${production.substitutions._URL}`,
    ]);
  });
});

describe('a commit that a newer one of its branch has overtaken', () => {
  it.each([
    ['dev', 'HEAD'],
    ['staging', 'staging'],
  ])('is not rolled out on %s, neither its migrations', async (branch, commit) => {
    if (branch !== 'dev') await repository.git('branch', branch);
    const overtaken = await repository.git('rev-parse', commit);
    const newer = await repository.commit('newer');
    if (branch !== 'dev') await repository.git('branch', '--force', branch);

    const result = await run({ branch, commit: overtaken });

    expect(result.outcomes.get('newest')).toBe('failed');
    expect(result.outcomes.get('migrate')).toBe('not run');
    expect(callsOf(result, 'kubectl')).toEqual([]);
    expect(result.said).toContain(`${newer} came after ${overtaken} on ${branch}`);
  });

  it('is rolled out all the same when it is asked for', async () => {
    const overtaken = await repository.git('rev-parse', 'HEAD');
    await repository.commit('newer');

    const result = await run({ commit: overtaken, substitutions: { _OLDER: 'yes' } });

    expect(result.green).toBe(true);
    expect(result.said).toContain(`${overtaken} is rolled out whatever came after it.`);
  });

  it('is one only if the newer contains it: a branch that was moved elsewhere holds nobody up', async () => {
    await repository.git('checkout', '--quiet', '--orphan', 'elsewhere');
    await repository.commit('another history');
    await repository.git('branch', '--move', 'dev', 'before');
    await repository.git('branch', '--move', 'elsewhere', 'dev');

    expect((await run({ commit: 'before' })).green).toBe(true);
  });
});

describe('a pull request', () => {
  it('is checked, tested, built and scanned; nothing is pushed or rolled out', async () => {
    const result = await run({ pullRequest: true, branch: 'feature' });

    expect(result.green).toBe(true);
    expect(callsOf(result, 'docker').some((call) => call.startsWith('docker build'))).toBe(true);
    expect(callsOf(result, 'docker').join('\n')).not.toContain('docker push');
    expect(callsOf(result, 'kubectl')).toEqual([]);
  });
});

it('refuses a branch that no trigger builds', async () => {
  await expect(run({ branch: 'feature' })).rejects.toThrow('No trigger builds a push to feature');
});
