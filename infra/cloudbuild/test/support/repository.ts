import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputOf } from '../../src/pipeline/command';

const CLOUDBUILD = join(__dirname, '../..');

/** A small repository with this pipeline in it, as the files are now. */
export class Repository {
  private constructor(readonly path: string) {}

  static async make(): Promise<Repository> {
    const path = await mkdtemp(join(tmpdir(), 'gittix-repository-'));
    for (const part of ['steps', 'stand-ins', 'triggers', 'cloudbuild.yaml', 'pull-request.yaml']) {
      await cp(join(CLOUDBUILD, part), join(path, 'infra/cloudbuild', part), { recursive: true });
    }
    const repository = new Repository(path);
    await repository.git('init', '--quiet', '--initial-branch=dev');
    await repository.commit('first');
    return repository;
  }

  async git(...args: string[]): Promise<string> {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.test'];
    // Newer gits tidy up in the background, also in a directory that is being removed.
    const still = ['-c', 'maintenance.auto=false'];
    const said = await outputOf({
      program: 'git',
      args: [...identity, ...still, ...args],
      cwd: this.path,
      env: process.env,
    });
    return said.trim();
  }

  /** A commit on the present branch; answers its name. */
  async commit(what: string): Promise<string> {
    await writeFile(join(this.path, 'content'), what);
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', what);
    return this.git('rev-parse', 'HEAD');
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
