import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { before, waitsFor } from '../src/build/graph';
import { readYaml } from '../src/build/read';
import { type BuildFile, buildFile } from '../src/build/schema';
import { BUILT_IN, namesUsed } from '../src/build/substitutions';
import { stagesFile } from '../src/ctx/stages';
import { toolsOf } from '../src/pipeline/images';
import { readTriggers } from '../src/pipeline/trigger';

const CLOUDBUILD = join(__dirname, '..');
const ROOT = join(CLOUDBUILD, '../..');
const FILES = ['cloudbuild.yaml', 'pull-request.yaml'];
const read = (file: string) => readYaml(join(CLOUDBUILD, file), buildFile);

describe.each(FILES)('%s', (file) => {
  let build: BuildFile;
  beforeAll(async () => {
    build = await read(file);
  });

  it('waits only for steps that are there, without a circle, and says so for every step', () => {
    expect(() => waitsFor(build.steps)).not.toThrow();
    for (const step of build.steps) expect([step.id, step.waitFor]).toEqual([step.id, expect.any(Array)]);
  });

  it('declares every substitution it uses, and uses every one it declares', () => {
    const own = [...namesUsed(build)].filter((name) => !(BUILT_IN as readonly string[]).includes(name));
    expect(own.sort()).toEqual(Object.keys(build.substitutions).sort());
  });

  it('pins each image to one exact version', () => {
    for (const { id, name } of build.steps) {
      expect([id, name]).toEqual([
        id,
        expect.stringMatching(/:\d+\.\d+\.\d+(-[a-z]+)?(@sha256:[0-9a-f]{64})?$/),
      ]);
      expect(() => toolsOf(name)).not.toThrow();
    }
  });

  it('calls scripts that are there, with every variable they read', async () => {
    const given = build.options.env.map((line) => line.split('=')[0]);
    for (const step of build.steps.filter(({ entrypoint }) => entrypoint === 'sh')) {
      const [script = ''] = step.args ?? [];
      for (const text of await scriptAndSourced(script)) {
        const set = [...text.matchAll(/^\s*(?:export )?([A-Z_]+)=/gm)].map(([, name]) => name);
        const used = [...text.matchAll(/\$\{?([A-Z_]+)\b/g)].map(([, name]) => name);
        for (const name of used) expect([script, ...given, ...set]).toContain(name);
      }
    }
  });

  it('keeps what the steps say to each other below /workspace, which is all they share', () => {
    expect(build.options.env).toContain('PIPELINE=/workspace/.pipeline');
  });
});

async function scriptAndSourced(script: string): Promise<string[]> {
  const text = await readFile(join(ROOT, script), 'utf8');
  const sourced = [...text.matchAll(/^\. (\S+)$/gm)].map(([, path = '']) => path);
  return [text, ...(await Promise.all(sourced.map((path) => readFile(join(ROOT, path), 'utf8'))))];
}

describe('the order of cloudbuild.yaml', () => {
  it.each([
    ['nothing is installed before the promotion is allowed', 'install', ['promotion']],
    ['no image is made before check and tests are green', 'build', ['check', 'test', 'tags']],
    ['nothing is pushed before the scan is green and kept', 'push', ['scan', 'reports', 'test']],
    ['no migration runs before its image is pushed', 'migrate', ['push']],
    ['nothing is rolled out before the migrations are through', 'rollout', ['migrate']],
    ['the verdict knows the smoke test', 'verdict', ['smoke', 'rollout']],
  ])('%s', async (_what, step, earlier) => {
    const graph = waitsFor((await read('cloudbuild.yaml')).steps);
    expect([...before(step, graph)]).toEqual(expect.arrayContaining(earlier));
  });

  it('lets only the smoke test fail, and has somebody read how it ended', async () => {
    const { steps } = await read('cloudbuild.yaml');
    expect(steps.filter(({ allowFailure }) => allowFailure).map(({ id }) => id)).toEqual(['smoke']);
    expect(steps.find(({ id }) => id === 'verdict')?.waitFor).toEqual(['smoke']);
  });
});

it('pull requests go through the very steps of cloudbuild.yaml, up to the reports', async () => {
  const [whole, part] = await Promise.all([read('cloudbuild.yaml'), read('pull-request.yaml')]);
  const strip = ({ steps }: BuildFile) => steps.map(({ waitFor: _, ...step }) => step);
  const ids = part.steps.map(({ id }) => id);
  expect(strip(part)).toEqual(strip(whole).filter(({ id }) => ids.includes(id)));
  expect(ids.at(-1)).toBe('reports');
  const graph = waitsFor(whole.steps);
  const own = waitsFor(part.steps);
  for (const id of ids) {
    expect([id, own.get(id)]).toEqual([id, graph.get(id)?.filter((one) => one !== 'promotion')]);
  }
});

describe('triggers', () => {
  const triggers = () => readTriggers(join(CLOUDBUILD, 'triggers'));

  it('name a build file that is there, and set what differs by stage and nothing else', async () => {
    // The first two go with the commit, the same in every stage; the third whoever starts a build by hand gives.
    const ofNoStage = ['_BUILD_IMAGE', '_RUN_IMAGE', '_OLDER'];
    for (const trigger of await triggers()) {
      const build = await readYaml(join(ROOT, trigger.filename), buildFile);
      const ofTheStage = Object.keys(build.substitutions).filter((name) => !ofNoStage.includes(name));
      expect(Object.keys(trigger.substitutions).sort()).toEqual(ofTheStage.sort());
    }
  });

  it('and the build files of branches and pull requests build on the same images as the Dockerfiles', async () => {
    const [whole, part] = await Promise.all(FILES.map(read));
    const dockerfile = await readFile(join(ROOT, 'orders/Dockerfile'), 'utf8');
    for (const name of ['BUILD_IMAGE', 'RUN_IMAGE']) {
      const image = whole?.substitutions[`_${name}`] ?? '';
      expect(part?.substitutions[`_${name}`]).toBe(image);
      expect(dockerfile).toContain(`ARG ${name}=${image.replace(/@.*/, '')}\n`);
    }
  });

  it('take each branch to its stage as stages.yaml has it, by way of the stage before', async () => {
    const stages = await readYaml(join(CLOUDBUILD, 'stages.yaml'), stagesFile);
    const pushed = (await triggers()).flatMap((trigger) =>
      'push' in trigger.repositoryEventConfig
        ? [{ branch: trigger.repositoryEventConfig.push.branch, ...trigger }]
        : [],
    );
    expect(pushed.map(({ branch, substitutions: s }) => [branch, s._STAGE, s._PROMOTED_FROM])).toEqual([
      ['^dev$', 'dev', ''],
      ['^main$', 'production', 'staging'],
      ['^staging$', 'staging', 'dev'],
    ]);
    for (const { substitutions: s, serviceAccount } of pushed) {
      const stage = stages[s._STAGE as 'dev' | 'staging' | 'production'];
      expect({
        project: serviceAccount.split('/')[1],
        region: s._REGION,
        cluster: s._CLUSTER,
        namespace: s._NAMESPACE,
      }).toEqual(stage);
    }
  });

  it('share one registry, so that a promoted commit finds the images of the stage before', async () => {
    const registries = (await triggers()).map(({ substitutions }) => substitutions._REGISTRY);
    expect(new Set(registries).size).toBe(1);
  });

  it('let production wait for a person', async () => {
    const main = (await triggers()).find(({ name }) => name === 'gittix-main');
    expect(main?.approvalConfig).toEqual({ approvalRequired: true });
  });

  it('give pull requests another account than the one that deploys', async () => {
    const accounts = (await triggers()).map(({ name, serviceAccount }) => [name, serviceAccount]);
    const [, ofPullRequests] = accounts.find(([name]) => name === 'gittix-pull-request') ?? [];
    expect(accounts.filter(([, account]) => account === ofPullRequests)).toHaveLength(1);
  });
});

describe('the list of what the scan may ignore', () => {
  const path = join(CLOUDBUILD, '.trivyignore.yaml');
  it('says for each entry why, and until which day, and none is past', async () => {
    expect(existsSync(path)).toBe(true);
    expect(flaws(parse(await readFile(path, 'utf8')), new Date())).toEqual([]);
  });

  it.each([
    [{ id: 'CVE-1', statement: 'a reason that says something', expired_at: '2026-01-31' }, 'is past'],
    [{ id: 'CVE-1', statement: 'a reason that says something' }, 'expired_at'],
    [{ id: 'CVE-1', expired_at: '2030-01-31' }, 'statement'],
    [{ statement: 'a reason that says something', expired_at: '2030-01-31' }, 'id'],
  ])('refuses %j', (entry, flaw) => {
    expect(flaws({ vulnerabilities: [entry] }, new Date('2026-02-01')).join()).toContain(flaw);
  });
});

const ignoreFile = z.strictObject({
  vulnerabilities: z.array(
    z.strictObject({
      id: z.string().regex(/^(CVE|GHSA)-/),
      purls: z.array(z.string()).optional(),
      paths: z.array(z.string()).optional(),
      statement: z.string().min(20),
      expired_at: z.iso.date(),
    }),
  ),
});

function flaws(list: unknown, now: Date): string[] {
  const result = ignoreFile.safeParse(list);
  if (!result.success) return [z.prettifyError(result.error)];
  return result.data.vulnerabilities.flatMap(({ id, expired_at }) =>
    new Date(expired_at) <= now ? [`${id} is past since ${expired_at}`] : [],
  );
}
