import type { Connection } from 'mongoose';
import type { Logger } from '../logging';

export interface MigrationContext {
  connection: Connection;
  logger: Logger;
  /** Aborted when this run must end: the process stops, or another one took over. */
  signal: AbortSignal;
  /** What the run before saved last; undefined at the beginning. */
  checkpoint: unknown;
  /** Remembers how far it came. Throws when another process took over: then nothing more may be written. */
  save(checkpoint: unknown): Promise<void>;
}

/**
 * One step of a database from release to release. It may be killed anywhere and is then begun again with its last
 * checkpoint, and a holder that was taken for dead may still send its last write: so what `up` does must be harmless when
 * done twice or late. It runs while the release before still serves (infra/docs/adr/0010-migrations.md).
 */
export interface Migration {
  /** Number and name, `0001-indexes`; the number decides the order. Never changed once released. */
  id: string;
  /** One line for the operator. */
  describe: string;
  up(context: MigrationContext): Promise<void>;
}

/** A migration that can't be done; those after it wait. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  constructor(
    readonly id: string,
    cause: unknown,
  ) {
    super(`migration ${id} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Another process holds the lease now: it works on. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** Throws unless they are numbered 0001, 0002 … in this order: two branches may both have added a 0004. */
export function checkOrder(migrations: readonly Migration[]): void {
  migrations.forEach(({ id }, index) => {
    const number = String(index + 1).padStart(4, '0');
    if (!new RegExp(`^${number}-[a-z0-9]+(-[a-z0-9]+)*$`).test(id)) {
      throw new Error(
        `migration "${id}" is number ${index + 1} of the list: its id must be ${number}-some-words`,
      );
    }
  });
}
