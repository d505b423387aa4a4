import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A copy of the working tree in which a test build can be broken: the files git knows or would take, and the installed
 * packages by link, except our own, which are the copy's.
 */
export function copyTree(root: string): { directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'gittix-twins-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    if (!existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    cpSync(join(root, file), join(directory, file));
  }
  linkPackages(join(root, 'node_modules'), join(directory, 'node_modules'), directory);
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

function linkPackages(from: string, to: string, copy: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name === '@gittix' || name === '.cache') continue;
    symlinkSync(join(from, name), join(to, name));
  }
  mkdirSync(join(to, '@gittix'));
  for (const part of readdirSync(join(from, '@gittix'))) {
    const link = join(from, '@gittix', part);
    if (!lstatSync(link).isSymbolicLink()) throw new Error(`${link} is no workspace link: run npm ci`);
    const places = [part, join('infra', part)];
    const place = places.find((each) => existsSync(join(copy, each, 'package.json')));
    if (place) symlinkSync(join(copy, place), join(to, '@gittix', part));
  }
}
