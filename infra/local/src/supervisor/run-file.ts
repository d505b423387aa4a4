import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const processEntry = z.object({
  name: z.string(),
  pid: z.int(),
  port: z.int().nullable(),
  internalPort: z.int().nullable(),
  url: z.string().nullable(),
  log: z.string(),
  restarts: z.int(),
  /** See identity.ts. */
  identity: z.string().optional(),
});
export type ProcessEntry = z.infer<typeof processEntry>;

const runFile = z.object({
  url: z.string(),
  pid: z.int(),
  identity: z.string().optional(),
  startedAt: z.string(),
  /** Socket on which the supervisor takes requests. */
  control: z.string().optional(),
  processes: z.array(processEntry),
});
export type RunState = z.infer<typeof runFile>;

/** What the last run wrote; undefined when there is none. A file that can't be understood is an error: its processes may live. */
export async function readRunFile(path: string): Promise<RunState | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return runFile.parse(JSON.parse(text));
}

/** Keeps run.json current: written whole under another name, then renamed, so that readers never see half of it. */
export class RunFile {
  private queue: Promise<void> = Promise.resolve();
  private next: RunState | undefined;

  constructor(private readonly path: string) {}

  /** Writes the newest state; states that are overtaken meanwhile are left out. */
  write(state: RunState): Promise<void> {
    this.next = state;
    this.queue = this.queue.then(async () => {
      const current = this.next;
      if (!current) return;
      this.next = undefined;
      const unfinished = `${this.path}.${process.pid}.tmp`;
      await writeFile(unfinished, `${JSON.stringify(current, null, 2)}\n`);
      await rename(unfinished, this.path);
    });
    return this.queue;
  }

  async remove(): Promise<void> {
    await this.queue;
    await rm(this.path, { force: true });
  }
}
