import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { contextFiles } from '../src/content/tag';
import { IMAGE_NAMES, imageSource } from '../src/images';
import { dockerfileOf, type Part, PART_NAMES, PARTS } from '../src/parts';
import { hadolint } from './support/hadolint';
import { policyBreaches } from './support/policy';

const ROOT = join(__dirname, '../../..');
const read = (file: string) => readFile(join(ROOT, file), 'utf8');

let dockerfiles: string[];
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-co', '--exclude-standard', '*Dockerfile*'],
    {
      cwd: ROOT,
    },
  );
  dockerfiles = stdout.trim().split('\n').sort();
});

describe('the Dockerfiles', () => {
  it('are those that npm run images builds, the one that only `skaffold verify` needs, and no others', () => {
    const built = IMAGE_NAMES.map((name) => imageSource('', name).dockerfile);
    expect(dockerfiles).toEqual([...built, 'infra/cloudbuild/Dockerfile'].sort());
  });

  it(
    'pass hadolint',
    async () => {
      await expect(hadolint(dockerfiles, ROOT)).resolves.toEqual([]);
      // It would find something.
      await expect(hadolint(['infra/docker/test/support/bad.dockerfile'], ROOT)).resolves.toEqual(
        expect.arrayContaining([expect.stringContaining('DL3007'), expect.stringContaining('DL3025')]),
      );
    },
    4 * 60_000,
  );

  it('keep our own rules', async () => {
    for (const file of dockerfiles) expect([file, policyBreaches(await read(file))]).toEqual([file, []]);
  });

  it('of the client keeps idle connections as long as the services do, longer than any load balancer', async () => {
    const [, told] = /KEEP_ALIVE_TIMEOUT=(\d+)/.exec(await read('client/Dockerfile')) ?? [];
    expect(Number(told)).toBeGreaterThan(600_000);
  });

  it('of the services differ in the name only', async () => {
    const nameless = async (part: Part) =>
      (await read(dockerfileOf(part))).replace(new RegExp(`\\b${PARTS[part]}\\b`, 'g'), 'NAME');
    const model = await nameless('orders');
    for (const part of ['auth', 'tickets', 'expiration', 'payments'] as const) {
      await expect(nameless(part)).resolves.toBe(model);
    }
    const emulator = (await nameless('stripe-emulator')).replace('COPY NAME/assets NAME/assets\n', '');
    expect(emulator).toBe(model);
  });

  it('begin the same up to the compiler, so that its layer is made once', async () => {
    const upTo = async (file: string) => {
      const text = await read(file);
      return text.slice(text.indexOf('ARG'), text.indexOf('COPY common/package.json'));
    };
    const begins = await Promise.all(PART_NAMES.map((part) => upTo(dockerfileOf(part))));
    expect(new Set(begins).size).toBe(1);
    expect(begins[0]).toContain('npm ci --workspaces=false');
  });

  it('take in no test, no build and no secret', async () => {
    for (const part of PART_NAMES) {
      const files = await contextFiles(ROOT, dockerfileOf(part));
      expect(
        files.filter((file) => /(^|\/)(test|dist|node_modules|\.gittix|\.env)(\/|$)|keys\.json/.test(file)),
      ).toEqual([]);
    }
  });

  it("have all that the client's build id is made of", async () => {
    const inputs = /INPUTS = \[([^\]]+)\]/.exec(await read('client/build-id.cjs'))?.[1] ?? '';
    const named = [...inputs.matchAll(/'([^']+)'/g)].map(([, path]) => path ?? '');
    expect(named).toContain('common/src');
    const files = await contextFiles(ROOT, 'client/Dockerfile');
    for (const path of named)
      expect(files.some((file) => file === path || file.startsWith(`${path}/`))).toBe(true);
  });
});

describe('our own rules', () => {
  const good = 'ARG RUN_IMAGE=node:24\nFROM ${RUN_IMAGE}\nCOPY a b\nUSER 65532:65532\nCMD ["a"]\n';

  it('let a good file pass', () => expect(policyBreaches(good)).toEqual([]));

  it.each([
    ['a syntax line', `# syntax=docker/dockerfile:1\n${good}`, 'syntax'],
    [
      'a base image of its own',
      good.replace('${RUN_IMAGE}', 'node:24'),
      "FROM node:24 can't be given by digest",
    ],
    [
      'the latest of a base image',
      good.replace('node:24', 'node:latest'),
      'ARG RUN_IMAGE=node:latest has no version',
    ],
    ['a base image without version', good.replace('node:24', 'node'), 'ARG RUN_IMAGE=node has no version'],
    ['root', good.replace('65532:65532', 'root'), 'USER root is not'],
    ['nobody said', good.replace('USER 65532:65532\n', ''), 'USER (none) is not'],
    ['root after all', good.replace('CMD', 'USER 0\nCMD'), 'is not 65532:65532'],
    ['a shell', good.replace('["a"]', 'a'), 'CMD a is not in exec form'],
    ['no command', good.replace('CMD ["a"]', ''), 'not exactly one CMD'],
    ['ADD', good.replace('COPY a b', 'ADD http://a b'), 'ADD http://a b'],
    ['everything copied', good.replace('COPY a b', 'COPY . b'), 'COPY . b: name what is copied'],
    ['a secret', good.replace('COPY a b', 'ENV DB_PASSWORD=x'), 'ENV DB_PASSWORD=x looks like a secret'],
  ])('find %s', (_what, text, breach) => {
    expect(policyBreaches(text)).toEqual([expect.stringContaining(breach)]);
  });
});
