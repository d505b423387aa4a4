import { appendFile, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { copiedFromContext, parseDockerfile } from '../src/content/dockerfile';
import { ignoredNames } from '../src/content/ignored';
import { contentTags, contextFiles, type Tags } from '../src/content/tag';
import { dockerfileOf, PART_NAMES } from '../src/parts';

const ROOT = join(__dirname, '../../..');

/** Another checkout: what the Dockerfiles copy, somewhere else and with other times. */
let checkout: string;
let before: Tags;
/** The checkout's tags as it is now. */
let now: Tags;
beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'gittix-content-'));
  const copied = await Promise.all(PART_NAMES.map((part) => contextFiles(ROOT, dockerfileOf(part))));
  for (const file of new Set(['.dockerignore', ...PART_NAMES.map(dockerfileOf), ...copied.flat()])) {
    await mkdir(dirname(join(checkout, file)), { recursive: true });
    await copyFile(join(ROOT, file), join(checkout, file));
  }
  before = await contentTags(checkout);
  now = before;
});
afterAll(() => rm(checkout, { recursive: true, force: true }));

/** The parts whose tag is another than before a change to the checkout. */
async function changedBy(change: () => Promise<unknown>): Promise<string[]> {
  const earlier = now;
  await change();
  now = await contentTags(checkout);
  return PART_NAMES.filter((part) => now[part] !== earlier[part]);
}
const append = (file: string) => () => appendFile(join(checkout, file), '\n');
const write = (file: string) => async () => {
  await mkdir(dirname(join(checkout, file)), { recursive: true });
  await writeFile(join(checkout, file), 'anything');
};

describe('content tags', () => {
  it('are the same in two checkouts of the same content', async () => {
    await expect(contentTags(ROOT)).resolves.toEqual(before);
  });

  it('are fit for a registry, and each part has its own', () => {
    for (const tag of Object.values(before)) expect(tag).toMatch(/^[0-9a-f]{20}$/);
    expect(new Set(Object.values(before)).size).toBe(PART_NAMES.length);
  });

  it.each([
    ['a source of one service', 'orders/src/main.ts', ['orders']],
    ['its dependencies', 'orders/package.json', ['orders']],
    ['its Dockerfile', 'orders/Dockerfile', ['orders']],
    ['how it is compiled', 'orders/tsconfig.build.json', ['orders']],
    ['a page', 'client/src/pages/index.tsx', ['client']],
    ["an asset of the emulator's", 'infra/stripe-emulator/assets/v3/api.js', ['stripe-emulator']],
    ['a source of common', 'common/src/errors/catalogue.ts', PART_NAMES],
    ['the lock file', 'package-lock.json', PART_NAMES],
    ['how everything is compiled', 'tsconfig.base.json', PART_NAMES],
    ['what is kept out', '.dockerignore', PART_NAMES],
  ])('change for %s where it goes into the image, and nowhere else', async (_what, file, parts) => {
    await expect(changedBy(append(file))).resolves.toEqual(parts);
  });

  it('change for a new file and for a file that moved', async () => {
    await expect(changedBy(write('tickets/src/new.ts'))).resolves.toEqual(['tickets']);
    await expect(
      changedBy(async () => {
        await rm(join(checkout, 'tickets/src/new.ts'));
        await write('tickets/src/newer.ts')();
      }),
    ).resolves.toEqual(['tickets']);
  });

  it.each([
    'orders/test/http/new.test.ts',
    'orders/README.md',
    'orders/dist/main.js',
    'common/src/README.md',
  ])('stay for %s, which is in no image', async (file) => {
    await expect(changedBy(write(file))).resolves.toEqual([]);
  });

  it('change with the base images given', async () => {
    const digest = `node@sha256:${'0'.repeat(64)}`;
    const other = [
      await contentTags(checkout, { runImage: digest }),
      await contentTags(checkout, { buildImage: digest }),
    ];
    expect(new Set([now, ...other].map(({ orders }) => orders)).size).toBe(3);
  });

  it('refuse a Dockerfile that copies what is not there, naming both', async () => {
    await appendFile(join(checkout, 'auth/Dockerfile'), 'COPY auth/keys auth/keys\n');
    await expect(contentTags(checkout)).rejects.toThrow('auth/Dockerfile copies auth/keys');
  });
});

describe('the reader of Dockerfiles', () => {
  it('joins lines, leaves comments out, and tells what comes from the context', () => {
    const text =
      'FROM a AS b\n# COPY no no\nCOPY --chown=1:1 one \\\n  two to/\nCOPY --from=b x y\nADD three .\n';
    expect(copiedFromContext(parseDockerfile(text))).toEqual(['one', 'two', 'three']);
  });
});

describe('the reader of .dockerignore', () => {
  it('knows names and endings below any folder', () => {
    const isIgnored = ignoredNames('# why\n**/dist\n\n**/*.log\n');
    expect(['dist', 'x.log', 'distant', 'log'].map(isIgnored)).toEqual([true, true, false, false]);
  });

  it.each(['dist', '!**/src', '**/a/b', '**/x?', '*'])(
    'refuses %s, which it does not understand',
    (pattern) => {
      expect(() => ignoredNames(pattern)).toThrow(pattern);
    },
  );
});
