import { ConfigError } from '../config';
import type { Logger } from '../logging';
import { Lifecycle } from './lifecycle';

/** EX_CONFIG of sysexits.h: restarting will not help. */
const EXIT_CONFIG = 78;

/**
 * Runs a process: `start` opens things and registers how to close them; SIGTERM, SIGINT and SIGHUP close them in order and
 * end with 0; an error while starting or one that nobody handled is logged as fatal and ends with 1, a bad configuration with 78.
 */
export function run(logger: Logger, start: (lifecycle: Lifecycle) => Promise<void>): void {
  const lifecycle = new Lifecycle(logger);
  const end = (reason: string, code: number) => {
    // Set first: the event loop may run dry while stopping, and that must not look like success.
    process.exitCode = code;
    void lifecycle.stop(reason).then(() => process.exit(code));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => end(signal, 0));
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(kind, (err: unknown) => {
      logger.fatal({ err }, kind);
      end(kind, 1);
    });
  }
  start(lifecycle).catch((err: unknown) => {
    if (lifecycle.isStopping) return;
    logger.fatal({ err }, 'could not start');
    end('could not start', err instanceof ConfigError ? EXIT_CONFIG : 1);
  });
}
