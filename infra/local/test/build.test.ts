import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint } from '../src/build/fingerprint';
import { planServices } from '../src/build/services';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gittix-build-'));
  await symlink(join(__dirname, '../../../node_modules'), join(root, 'node_modules'));
  const options = {
    composite: true,
    rootDir: 'src',
    outDir: 'dist',
    tsBuildInfoFile: 'dist/.tsbuildinfo',
    module: 'commonjs',
    types: [],
    // The smallest that compiles: the test is about when, not what.
    lib: ['es5'],
    skipLibCheck: true,
    ignoreDeprecations: '6.0',
  };
  const part = JSON.stringify({ compilerOptions: options, include: ['src'] });
  await write(
    'tsconfig.build.json',
    JSON.stringify({ files: [], references: [{ path: 'shared/tsconfig.build.json' }] }),
  );
  await write('shared/tsconfig.build.json', part);
  await write('shared/src/one.ts', 'export const one = 1;\n');
  await write('shared/src/two.ts', 'export const two = 2;\n');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(file: string, content: string): Promise<void> {
  await mkdir(join(root, file, '..'), { recursive: true });
  await writeFile(join(root, file), content);
}

const said = () => undefined;
async function build(): Promise<string | undefined> {
  const plan = await planServices(root);
  await plan.first(said);
  await plan.rest(said);
  return plan.due;
}

describe('the build of the services', () => {
  it('is skipped when nothing changed by content, whatever the times say', async () => {
    await expect(build()).resolves.toBe('shared');
    await utimes(join(root, 'shared/src/one.ts'), new Date(), new Date(Date.now() + 60_000));
    await expect(build()).resolves.toBeUndefined();
  });

  it.each([
    ['a source', 'shared/src/one.ts', 'export const one = 11;\n'],
    ['a new source', 'shared/src/three.ts', 'export const three = 3;\n'],
    ['the lock file', 'package-lock.json', '{}'],
  ])('runs again when %s changed', async (_what, file, content) => {
    await build();
    await write(file, content);
    await expect(build()).resolves.toBe('shared');
    await expect(build()).resolves.toBeUndefined();
  });

  it('runs again when the output is gone', async () => {
    await build();
    await rm(join(root, 'shared/dist'), { recursive: true });
    await build();
    expect(existsSync(join(root, 'shared/dist/one.js'))).toBe(true);
  });

  it('removes what was compiled from a source that is gone', async () => {
    await build();
    await rm(join(root, 'shared/src/two.ts'));
    await build();
    expect(existsSync(join(root, 'shared/dist/two.js'))).toBe(false);
    expect(existsSync(join(root, 'shared/dist/one.js'))).toBe(true);
  });

  it("fails with the compiler's words and is due again", async () => {
    await write('shared/src/one.ts', 'export const one: string = 1;\n');
    await expect(build()).rejects.toThrow(/one\.ts\(1,14\): error TS2322/);
    expect((await planServices(root)).due).toBe('shared');
  });
});

describe('fingerprint', () => {
  it('leaves out tests and outputs', async () => {
    const before = await fingerprint(root, ['shared']);
    await write('shared/test/one.test.ts', 'it.todo()');
    await write('shared/dist/one.js', '');
    await expect(fingerprint(root, ['shared'])).resolves.toBe(before);
    await write('shared/src/one.ts', '');
    await expect(fingerprint(root, ['shared'])).resolves.not.toBe(before);
  });
});
