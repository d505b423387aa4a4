import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../../../..');
/** Made by the build of this tree: the copy need not build release N again. */
const BUILT = ['client/.next/standalone'];

/** A copy of the tree with its build, in which the next release can be written. */
export interface Tree {
  root: string;
  /** Writes release N+1 of orders: a migration that fills a field of every order. */
  addMigration(): Promise<void>;
  /** Writes a release whose expiration ends at once. */
  breakExpiration(): Promise<void>;
  remove(): Promise<void>;
}

/** The field that the migration of release N+1 fills. */
export const FIELD = 'ticketCount';

const MIGRATION = `import { backfill, type Migration } from '@gittix/common/migrations';

export const next: Migration = {
  id: '0002-ticket-count',
  describe: 'How many tickets an order names',
  up: (context) =>
    backfill(context, {
      collection: 'orders',
      field: '${FIELD}',
      value: ({ items }) => (items as unknown[]).length,
    }),
};
`;

export async function copyTree(): Promise<Tree> {
  const root = await mkdtemp(join(tmpdir(), 'gittix-release-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  });
  const files = listed.toString().split('\0').filter(Boolean);
  const parts = files.filter((file) => file.endsWith('tsconfig.build.json')).map(dirname);
  const builds = [...parts.map((part) => join(part, 'dist')), ...BUILT];
  for (const path of [...files, ...builds]) {
    if (!existsSync(join(ROOT, path))) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await cp(join(ROOT, path), join(root, path), { recursive: true, verbatimSymlinks: true });
  }
  await linkPackages(root);
  return {
    root,
    addMigration: async () => {
      const directory = join(root, 'orders/src/migrations');
      await writeFile(join(directory, '0002-ticket-count.ts'), MIGRATION);
      const index = await readFile(join(directory, 'index.ts'), 'utf8');
      const longer = index.replace(/\[indexes\];/, '[indexes, next];');
      if (longer === index) throw new Error('the list of migrations of orders is not as this test knows it');
      await writeFile(join(directory, 'index.ts'), `import { next } from './0002-ticket-count';\n${longer}`);
    },
    breakExpiration: () =>
      writeFile(join(root, 'expiration/src/main.ts'), "throw new Error('this release does not start');\n"),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** The installed packages by link, except our own, which are the copy's. */
async function linkPackages(root: string): Promise<void> {
  const [from, to] = [join(ROOT, 'node_modules'), join(root, 'node_modules')];
  await mkdir(join(to, '@gittix'), { recursive: true });
  for (const name of await readdir(from)) {
    if (name !== '@gittix' && name !== '.cache') await symlink(join(from, name), join(to, name));
  }
  for (const part of await readdir(join(from, '@gittix'))) {
    const place = [part, join('infra', part)].find((each) => existsSync(join(root, each, 'package.json')));
    if (place) await symlink(join(root, place), join(to, '@gittix', part));
  }
}
