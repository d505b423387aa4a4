import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificatesIn, homeThatTrusts } from '../src/browser-trust';

const certificate = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gittix-trust-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function withCertutil(script: string): Promise<NodeJS.ProcessEnv> {
  const path = join(directory, 'certutil');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return { PATH: `${directory}:/usr/bin:/bin` };
}

describe("the browser's authorities", () => {
  it('are all those of the file, in a database of its home', async () => {
    const file = join(directory, 'roots.pem');
    await writeFile(file, [certificate('one'), 'Subject: two', certificate('two')].join('\n'));
    const env = await withCertutil(`echo "$*" >>'${directory}/calls'\nwhile [ $# -gt 0 ]; do
      [ "$1" = -i ] && cat "$2" >>'${directory}/calls'; shift; done; exit 0`);
    const home = join(directory, 'home');
    await homeThatTrusts(file, home, env);
    const calls = await readFile(join(directory, 'calls'), 'utf8');
    expect(calls).toMatch(
      new RegExp(`^-N --empty-password -d sql:${home}/.pki/nssdb\n-A .*-n authority-0 -t C,, `),
    );
    expect(certificatesIn(calls)).toEqual([certificate('one'), certificate('two')]);
  });

  it('need certutil, and its name is told when it is missing', async () => {
    const trusting = homeThatTrusts('roots.pem', join(directory, 'home'), { PATH: directory });
    await expect(trusting).rejects.toThrow(/certutil is missing .*libnss3-tools/);
  });

  it('are told of when certutil refuses them', async () => {
    const env = await withCertutil('echo bad database; exit 255');
    const trusting = homeThatTrusts('roots.pem', join(directory, 'home'), env);
    await expect(trusting).rejects.toThrow(/certutil -N .*failed with 255:\nbad database/);
  });
});
