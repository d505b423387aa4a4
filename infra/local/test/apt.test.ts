import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptInstall } from '../src/servers/apt';
import type { Surroundings } from '../src/servers/search';
import { noNetwork } from './support/no-network';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gittix-apt-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

it('installs what is wanted at the same time one after the other, and lets no daemon start meanwhile', async () => {
  const aptGet = `#!/bin/sh
for last in "$@"; do :; done
echo "begin $1 $last" >>"${home}/journal"
sleep 0.2
[ -x "${home}/policy" ] || echo 'a daemon starts' >>"${home}/journal"
echo "end $1 $last" >>"${home}/journal"
`;
  await writeFile(join(home, 'apt-get'), aptGet);
  await chmod(join(home, 'apt-get'), 0o755);
  const machine: Surroundings = {
    env: { PATH: `${home}:/usr/bin:/bin` },
    cacheDir: join(home, 'cache'),
    isRoot: true,
    fetch: noNetwork,
    say: () => undefined,
  };
  const install = (name: string) => aptInstall([name], machine, join(home, 'policy'));
  await expect(Promise.all([install('redis-server'), install('chromium')])).resolves.toEqual([
    undefined,
    undefined,
  ]);
  const update = ['begin update Acquire::Retries=2', 'end update Acquire::Retries=2'];
  expect((await readFile(join(home, 'journal'), 'utf8')).trim().split('\n')).toEqual([
    ...update,
    ...['begin install redis-server', 'end install redis-server'],
    ...update,
    ...['begin install chromium', 'end install chromium'],
  ]);
  expect(existsSync(join(home, 'policy'))).toBe(false);
});
