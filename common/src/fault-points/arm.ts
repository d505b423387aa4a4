import { ConfigError } from '../config';
import type { Logger } from '../logging';
import { useFaultDirectory } from './fault-point';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * Arms the fault points of this process when FAULT_DIR is set. ConfigError unless it listens on the loopback only: what
 * serves others is never told to fail.
 */
export function armFaultPoints(
  { FAULT_DIR, HOST }: { FAULT_DIR?: string | undefined; HOST: string },
  logger: Logger,
): void {
  if (FAULT_DIR === undefined) return;
  if (!LOOPBACK.test(HOST)) {
    throw new ConfigError([
      'FAULT_DIR: is for tests on one machine; HOST must be a loopback address with it',
    ]);
  }
  logger.warn({ directory: FAULT_DIR }, 'fault points are armed: this process fails when it is told to');
  useFaultDirectory(FAULT_DIR);
}
