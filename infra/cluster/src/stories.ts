import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { surroundings } from '../../local/src/config';
import { findChromium } from '../../local/src/servers/chromium';
import { runCommand } from '../../local/src/servers/command';
import { homeThatTrusts } from './browser-trust';
import { ClusterError } from './kubectl';

const STORIES_MS = 10 * 60_000;

/**
 * Runs the stories of infra/e2e that need nothing but an address, through the front door of this one. Node trusts what
 * NODE_EXTRA_CA_CERTS names; by https the browser is told of the same authorities.
 */
export async function runStories(
  root: string,
  url: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  const chromium = await findChromium(surroundings(say));
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const chosen = ['--selectProjects=e2e', '--testPathPatterns=(story|flow)', '--runInBand', '--verbose'];
  const home = await mkdtemp(join(tmpdir(), 'gittix-browser-'));
  try {
    const authorities = url.startsWith('https:') ? env.NODE_EXTRA_CA_CERTS : undefined;
    const trusted = authorities && { CHROMIUM_HOME: await homeThatTrusts(authorities, home, env) };
    const { code } = await runCommand(process.execPath, [jest, ...chosen], {
      cwd: root,
      env: { ...env, GITTIX_URL: url, CHROMIUM_PATH: chromium.location, ...trusted },
      timeoutMs: STORIES_MS,
      onLine: say,
    });
    if (code !== 0) throw new ClusterError(`the stories at ${url} ended with ${code}`);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
