import { createLogger, type Logger } from '@gittix/common/logging';
import { getConfig } from './config';

let logger: Logger | undefined;

/** The process's logger. */
export function log(): Logger {
  logger ??= createLogger({ service: 'client', level: getConfig().LOG_LEVEL });
  return logger;
}
