import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** What a running supervisor can be asked. */
const request = z.object({
  roll: z.array(z.string()).min(1),
  /** Directory of the release to run. */
  code: z.string(),
});
export type ControlRequest = z.infer<typeof request>;

const answer = z.union([
  z.object({ said: z.string() }),
  z.object({ done: z.literal(true) }),
  z.object({ failed: z.string() }),
]);
type ControlAnswer = z.infer<typeof answer>;

/** A socket's address has 104 bytes on macOS and 108 on Linux. */
const LONGEST_PATH = 100;

/** The supervisor did not do what it was asked; the message says why. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

export interface Control {
  path: string;
  close(): Promise<void>;
}

/** Listens for requests on a socket beside the data that only their owner can open. One line each way: JSON. */
export async function openControl(
  directory: string,
  handle: (asked: ControlRequest, say: (line: string) => void) => Promise<void>,
): Promise<Control> {
  const server = createServer((socket) => {
    const send = (line: ControlAnswer) => void socket.write(`${JSON.stringify(line)}\n`);
    // Whoever asked may leave: what was begun goes on.
    socket.on('error', () => undefined);
    createInterface({ input: socket }).once('line', (line) => {
      const work = async () => handle(request.parse(JSON.parse(line)), (said) => send({ said }));
      work().then(
        () => socket.end(`${JSON.stringify({ done: true })}\n`),
        (error: unknown) => {
          const failed = error instanceof Error ? error.message : String(error);
          socket.end(`${JSON.stringify({ failed })}\n`);
        },
      );
    });
  });
  const beside = join(directory, 'control.sock');
  const path =
    Buffer.byteLength(beside) <= LONGEST_PATH
      ? beside
      : join(await mkdtemp(join(tmpdir(), 'gittix-')), 'control.sock');
  // Of a run that was killed.
  await rm(path, { force: true });
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } finally {
    process.umask(umask);
  }
  await chmod(path, 0o600);
  return {
    path,
    close: async () => {
      server.close();
      await rm(path === beside ? path : dirname(path), { recursive: true, force: true });
    },
  };
}

/** Asks a running supervisor and waits until it has done so. Rejects with ControlError, saying why. */
export function askControl(path: string, asked: ControlRequest, say: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${JSON.stringify(asked)}\n`));
    const fail = (message: string) => reject(new ControlError(message));
    socket.once('error', (error) => fail(`GitTix can't be asked at ${path} (${error.message})`));
    createInterface({ input: socket })
      .on('line', (line) => {
        const told = answer.parse(JSON.parse(line));
        if ('said' in told) say(told.said);
        else if ('failed' in told) fail(told.failed);
        else resolve();
      })
      .once('close', () => fail('GitTix stopped meanwhile'));
  });
}
