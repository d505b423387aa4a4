import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildImages, type BuildPlan } from '../src/build/build-images';
import { anyEngine, engineOf, filled, ImageError, megabytes, ownCommand } from '../src/build/engine';

/** A machine with nothing on its PATH but what the test puts there. */
let bin: string;
let said: string[];
beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), "gittix builder's-"));
  said = [];
});
afterEach(() => rm(bin, { recursive: true, force: true }));

const terminal = (path = bin) => ({ env: { PATH: path }, say: (line: string) => void said.push(line) });
const withShell = () => terminal([bin, '/usr/bin', '/bin'].join(delimiter));

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}
/** A builder that notes its arguments, one call a line. */
const recorder = (name: string, rest = '') =>
  program(name, `echo "$*" >>'${bin.replace("'", `'\\''`)}/calls'\n${rest}`);
const calls = async () => (await readFile(join(bin, 'calls'), 'utf8')).trim().split('\n');

const source = (name: string, budgetMb?: number) => ({
  name,
  dockerfile: `/src/${name}/Dockerfile`,
  context: () => Promise.resolve('/src'),
  tag: 'local',
  ...(budgetMb !== undefined && { budgetMb }),
});
const plan = (over: Partial<BuildPlan> = {}): BuildPlan => ({
  sources: [source('gittix-orders')],
  prefix: 'localhost/lab/',
  ...over,
});

describe('a builder', () => {
  it('is the first on PATH', async () => {
    await program('podman', '');
    await program('buildah', '');
    expect((await anyEngine(terminal())).name).toBe('buildah');
  });

  it('is missed loudly', async () => {
    await expect(anyEngine(terminal())).rejects.toThrow(
      /none of docker, buildah, podman is on PATH.*--build/,
    );
  });

  it('that is named and not there is missed loudly', async () => {
    await expect(buildImages(plan(), engineOf('docker', terminal()), terminal())).rejects.toThrow(
      /docker build.*127/,
    );
  });

  it('gets Dockerfile, name, base images and context', async () => {
    await recorder('docker', 'case $1 in image) echo 150000000;; esac');
    const given = plan({ buildImage: 'node:24', runImage: 'node:24-slim' });
    const [built] = await buildImages(given, engineOf('docker', withShell()), withShell());
    expect((await calls())[0]).toBe(
      'build --file /src/gittix-orders/Dockerfile --tag localhost/lab/gittix-orders:local' +
        ' --build-arg BUILD_IMAGE=node:24 --build-arg RUN_IMAGE=node:24-slim /src',
    );
    expect(built).toEqual({ image: 'localhost/lab/gittix-orders:local', sizeMb: 150 });
  });

  it('that fails is quoted, and nothing is built after', async () => {
    await recorder('docker', 'echo no space left; exit 3');
    const two = plan({ sources: [source('one'), source('two')] });
    await expect(buildImages(two, engineOf('docker', withShell()), withShell())).rejects.toThrow(
      /docker build .*failed with 3:\nno space left/,
    );
    await expect(calls()).resolves.toHaveLength(1);
  });

  it("may be a command of one's own, with everything quoted for the shell", async () => {
    await recorder('own');
    const odd = plan({ sources: [{ ...source('it'), context: () => Promise.resolve(`/a b'$HOME`) }] });
    const engine = ownCommand('own {context} {dockerfile} {image} {other} && echo done', withShell());
    await buildImages(odd, engine, withShell());
    await expect(calls()).resolves.toEqual([`/a b'$HOME /src/it/Dockerfile localhost/lab/it:local {other}`]);
  });
});

describe('an image', () => {
  it('over its budget is told of when all are built', async () => {
    await recorder('docker', 'case $1 in image) echo 181000000;; esac');
    const budgets = plan({ sources: [source('big', 180), source('fits', 250), source('free')] });
    const building = buildImages(budgets, engineOf('docker', withShell()), withShell());
    await expect(building).rejects.toThrow(
      new ImageError('localhost/lab/big:local: 181 MB, over its budget of 180 MB'),
    );
    expect((await calls()).filter((call) => call.startsWith('build'))).toHaveLength(3);
  });

  it('is handed to the load command by name and as an archive, which is gone afterwards', async () => {
    // The archive's own name holds the image's, and so a colon.
    await program(
      'buildah',
      `case $1 in images) echo '124 MB';; push) f=\${4#docker-archive:}; echo layers >"\${f%%:*}";; esac`,
    );
    await recorder('take', 'cat "$2"');
    await buildImages(plan({ load: 'take {image} {tar}' }), engineOf('buildah', withShell()), withShell());
    const [call = ''] = await calls();
    expect(call).toMatch(/^localhost\/lab\/gittix-orders:local .*image\.tar$/);
    expect(said).toContain('gittix-orders: layers');
    await expect(readFile(call.split(' ')[1] ?? '')).rejects.toThrow('ENOENT');
  });

  it('can be no archive when the builder writes none', async () => {
    const building = buildImages(
      plan({ load: 'x {tar}' }),
      ownCommand('true {image}', withShell()),
      withShell(),
    );
    await expect(building).rejects.toThrow(/--load with \{tar\} needs a builder/);
  });
});

describe('in between', () => {
  it.each([
    ['124 MB', 124],
    ['1.02 GB', 1020],
    ['788 KB', 0.788],
  ])('%s is %d megabytes', (text, mb) => expect(megabytes(text)).toBeCloseTo(mb));

  it('what is no size is not taken for one', () => {
    expect(() => megabytes('<none>')).toThrow('"<none>" is no size');
  });

  it('a quote does not end the word', () => {
    expect(filled('x {image}', { image: `a'b` })).toBe(`x 'a'\\''b'`);
  });
});
