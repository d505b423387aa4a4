import { mkdir } from 'node:fs/promises';
import { outputOf } from './command';

/** One commit of a repository, checked out as Cloud Build does: without history, `origin` is where it came from. */
export async function checkOut(options: {
  repository: string;
  commit: string;
  into: string;
  env: NodeJS.ProcessEnv;
}): Promise<void> {
  const { repository, commit, into, env } = options;
  await mkdir(into, { recursive: true });
  const git = (...args: string[]) => outputOf({ program: 'git', args, cwd: into, env });
  await git('init', '--quiet');
  await git('remote', 'add', 'origin', `file://${repository}`);
  await git('-c', 'protocol.version=2', 'fetch', '--quiet', '--depth=1', 'origin', commit);
  await git('checkout', '--quiet', '--detach', commit);
}

/** The full name of a commit. Throws when the repository does not have it. */
export async function commitOf(
  repository: string,
  revision: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const args = ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`];
  const said = await outputOf({ program: 'git', args, cwd: repository, env }).catch(() => {
    throw new Error(`${repository} has no commit ${revision}.`);
  });
  return said.trim();
}
