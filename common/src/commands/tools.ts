import { connectBus, type ConnectedBus, type DeadLetterStore } from '../bus';
import { Lifecycle } from '../lifecycle';
import { createLogger, type Logger } from '../logging';
import type { WorkerConfig } from '../service';
import { CommandError } from './command';

const PATIENCE_MS = 15_000;

/** What the commands of a service share, each opened when it is first asked for: --help needs no settings. */
export interface Tools<C> {
  service: string;
  config: () => C;
  /** Warnings only, and beside the answers. */
  logger: Logger;
  lifecycle: Lifecycle;
  bus: () => Promise<ConnectedBus>;
}

/** Commands publish, they take no message off the bus. */
const noLetters: DeadLetterStore = {
  put: () => Promise.reject(new Error('a command keeps no dead letters')),
};

export function createTools<C extends WorkerConfig>(service: string, readConfig: () => C): Tools<C> {
  const destination = { write: (line: string) => void process.stderr.write(line) };
  const logger = createLogger({ service, level: 'warn', destination });
  const lifecycle = new Lifecycle(logger);
  const config = once(readConfig);
  const bus = once(async () => {
    const connect = (signal: AbortSignal) =>
      connectBus(config(), { name: `${service}-command`, deadLetters: noLetters, logger, signal });
    const opened = await patiently('the broker (NATS_URL)', connect);
    lifecycle.onStop('bus', () => opened.close());
    return opened;
  });
  return { service, config, logger, lifecycle, bus };
}

/** A person waits: what is not there soon is named, while a service would wait for ever. */
export async function patiently<T>(
  what: string,
  open: (signal: AbortSignal) => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    return await open(signal);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new CommandError(`${what} did not answer within ${patienceMs / 1000} s; is it running?`, {
      cause,
    });
  }
}

export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
