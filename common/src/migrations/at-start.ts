import type { Connection } from 'mongoose';
import type { Health } from '../health';
import { retryUntilReady, type Lifecycle } from '../lifecycle';
import type { Logger } from '../logging';
import { requireUniqueIndexes, type IndexedModel } from '../mongo';
import { migrate } from './migrate';
import type { Migration } from './migration';
import { readProgress } from './records';

/** `on-start`: the service does what is pending before it serves. `wait`: somebody else does (a Job), the service waits. */
export type MigrateMode = 'on-start' | 'wait';

/**
 * Resolves when nothing is pending and every unique index is there. Until then the process lives, is not ready, and /readyz
 * says why: ending would only make it start again, and whatever is missing can be mended meanwhile.
 */
export async function migrationsAtStart(options: {
  connection: Connection;
  migrations: readonly Migration[];
  models: IndexedModel[];
  mode: MigrateMode;
  logger: Logger;
  health: Health;
  lifecycle: Lifecycle;
}): Promise<void> {
  const { connection, migrations, models, mode, logger, health, lifecycle } = options;
  const { signal } = lifecycle;
  let state: true | string = 'not looked at yet';
  health.add({ name: 'migrations', needed: 'always', test: () => state });

  const doOrAwait = async () => {
    if (mode === 'on-start') {
      const onBegin = (id: string) => void (state = `running ${id}`);
      const onWait = (owner: string) => void (state = `${owner} migrates`);
      await migrate({ connection, migrations, logger, signal, onBegin, onWait });
      return;
    }
    const { pending } = await readProgress(connection, migrations);
    if (pending.length > 0) throw new Error(`pending ${pending.map(({ id }) => id).join(', ')}`);
  };
  const attempt = async () => {
    try {
      await doOrAwait();
      await requireUniqueIndexes(models);
    } catch (error) {
      state = error instanceof Error ? error.message : String(error);
      throw error;
    }
  };
  const work = retryUntilReady('the database of this release', logger, attempt, signal);
  // A checkpoint under way is saved and the lease given back before the database is closed.
  lifecycle.onStop('migrations', () => work.catch(() => undefined));
  await work;
  state = true;
}
