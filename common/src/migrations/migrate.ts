import { hostname } from 'node:os';
import type { Connection } from 'mongoose';
import type { Logger } from '../logging';
import { takeLease, type Lease } from './lease';
import { checkOrder, LeaseLostError, MigrationError, type Migration } from './migration';
import { readProgress, RecordKeeper } from './records';

const LEASE_MS = 15_000;

export interface MigrateOptions {
  connection: Connection;
  migrations: readonly Migration[];
  logger: Logger;
  signal?: AbortSignal;
  /** Told when one begins, and when one has ended after so many ms. */
  onBegin?: (id: string) => void;
  onDone?: (id: string, ms: number) => void;
  /** Told who migrates at the moment, when it is not us. */
  onWait?: (owner: string) => void;
  /** Id of one that is to be done once more, though it was done. */
  again?: string;
  /** How long a killed process keeps others waiting. */
  leaseMs?: number;
  now?: () => number;
}

/**
 * Does what is pending, in order, one process at a time; answers the ids it did itself. Throws MigrationError for the first
 * that fails: those after it are not begun.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const { connection, migrations, logger, again } = options;
  checkOrder(migrations);
  const { pending, unknown } = await readProgress(connection, migrations);
  if (unknown.length > 0) {
    logger.info({ unknown }, 'the database was migrated by a newer release; this one runs beside it');
  }
  const done: string[] = [];
  if (pending.length === 0 && again === undefined) return done;
  for (;;) {
    try {
      await underLease(options, done);
      return done;
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error;
      // Taken for dead and followed by another process; whatever it leaves is ours again.
      logger.warn({ err: error }, 'another process took over the migrations; waiting for it');
    }
  }
}

async function underLease(options: MigrateOptions, done: string[]): Promise<void> {
  const { connection, logger, again, leaseMs = LEASE_MS, now = Date.now } = options;
  const { signal = new AbortController().signal, onWait = () => undefined } = options;
  const owner = `process ${process.pid} on ${hostname()}`;
  const lease = await takeLease({ connection, owner, leaseMs, logger, signal, onWait, now });
  const keeper = new RecordKeeper(connection, lease.token);
  try {
    if (again !== undefined && !done.includes(again)) await keeper.forget(again);
    // Read again: whoever had the lease before may have done some.
    const { pending } = await readProgress(connection, options.migrations);
    for (const migration of pending) {
      await runOne(migration, keeper, { ...options, signal }, lease);
      done.push(migration.id);
    }
  } finally {
    await lease.release().catch((err: unknown) => logger.warn({ err }, 'the lease was not given back'));
  }
}

async function runOne(
  migration: Migration,
  keeper: RecordKeeper,
  { connection, logger, signal, onBegin, onDone }: MigrateOptions & { signal: AbortSignal },
  lease: Lease,
): Promise<void> {
  const { id } = migration;
  const { checkpoint } = await keeper.claim(id);
  const either = AbortSignal.any([signal, lease.signal]);
  const save = async (value: unknown) => {
    either.throwIfAborted();
    await keeper.save(id, value);
  };
  const startedAt = performance.now();
  logger.info({ migration: id, checkpoint }, 'migrating');
  onBegin?.(id);
  try {
    await migration.up({
      connection,
      logger: logger.child({ migration: id }),
      signal: either,
      checkpoint,
      save,
    });
    either.throwIfAborted();
    await keeper.finish(id);
  } catch (error) {
    // Why it ended early is the reason, whatever it threw then.
    if (lease.signal.aborted) throw lease.signal.reason as Error;
    if (error instanceof LeaseLostError || signal.aborted) throw error;
    const failure = new MigrationError(id, error);
    await keeper
      .fail(id, failure.message)
      .catch((err: unknown) => logger.warn({ err }, 'the failure was not recorded'));
    throw failure;
  }
  const ms = Math.round(performance.now() - startedAt);
  logger.info({ migration: id, ms }, 'migrated');
  onDone?.(id, ms);
}
