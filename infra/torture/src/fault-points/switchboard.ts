import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const ACTIONS = ['exit', 'hang', 'throw'] as const;
export type Action = (typeof ACTIONS)[number];

/** The directory in which the processes look what their fault points are to do. */
export class Switchboard {
  constructor(readonly directory: string) {}

  async make(): Promise<void> {
    await mkdir(this.directory, { recursive: true });
  }

  /** Whoever comes by this point first does this, once. */
  async arm(point: string, action: Action): Promise<void> {
    // Written elsewhere first: a process must not read half of it.
    const draft = join(this.directory, `.${point}.draft`);
    await writeFile(draft, JSON.stringify({ action }));
    await rename(draft, join(this.directory, point));
  }

  /** The process that was hit, as soon as one was. */
  async hitBy(point: string): Promise<number | undefined> {
    const pattern = new RegExp(`^${point.replaceAll('.', '\\.')}\\.(\\d+)\\.hit$`);
    for (const name of await readdir(this.directory)) {
      const pid = pattern.exec(name)?.[1];
      if (pid !== undefined) return Number(pid);
    }
    return undefined;
  }

  /** Nobody is hit any more, and what was is forgotten. */
  async clear(): Promise<void> {
    for (const name of await readdir(this.directory)) await rm(join(this.directory, name), { force: true });
  }
}
