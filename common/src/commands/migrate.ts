import type { Connection } from 'mongoose';
import type { Logger } from '../logging';
import { migrate, MigrationError, readProgress, type Migration, type Progress } from '../migrations';
import { readArguments } from './arguments';
import { CommandError, UsageError, type Command, type Output } from './command';
import { oneLine, table } from './table';

export interface MigratePlaces {
  service: string;
  migrations: readonly Migration[];
  open: (patienceMs?: number) => Promise<Connection>;
  logger: Logger;
}

/** It may be a Job that is started together with the database. */
const PATIENCE_MS = 10 * 60_000;

/** `migrate` of one owning service: what its database lacks for this release. */
export function migrateCommand(places: MigratePlaces): Command {
  const { service } = places;
  return {
    name: 'migrate',
    parameters: '[--list | --again ID]',
    summary: `Brings the database of ${service} to this release`,
    details:
      '--list only tells what is done and what is pending. --again does one once more that was done, and what is pending.\nSafe while the service runs and while others migrate: one does it, the others wait. It may be interrupted and begun again.',
    run: async (args, output) => {
      const { values, positionals } = readArguments(args, {
        list: { type: 'boolean', default: false },
        again: { type: 'string' },
      });
      if (positionals.length > 0)
        throw new UsageError(`"${positionals.join(' ')}" is more than migrate takes.`);
      if (values.list && values.again !== undefined) throw new UsageError('Say either --list or --again.');
      if (values.list) await list(places, output);
      else await run(places, values.again, output);
    },
  };
}

async function list({ service, migrations, open }: MigratePlaces, { out }: Output): Promise<void> {
  const progress = await readProgress(await open(), migrations);
  const rows = migrations.map(({ id, describe }) => [id, stateOf(id, progress), describe]);
  for (const id of progress.unknown) rows.push([id, stateOf(id, progress), 'of a newer release']);
  out(rows.length === 0 ? `${service} has no migrations.` : table(['ID', 'STATE', 'WHAT'], rows));
}

function stateOf(id: string, { records }: Progress): string {
  const record = records.get(id);
  if (!record) return 'pending';
  if (record.finishedAt) return `done ${record.finishedAt.toISOString()}`;
  if (record.failure)
    return `failed ${record.failure.at.toISOString()}: ${oneLine(record.failure.message, 200)}`;
  return `begun ${record.startedAt.toISOString()}`;
}

async function run(
  { service, migrations, open, logger }: MigratePlaces,
  again: string | undefined,
  { out, say }: Output,
): Promise<void> {
  if (again !== undefined && !migrations.some(({ id }) => id === again)) {
    throw new CommandError(`${service} has no migration ${oneLine(again, 100)}; --list shows them.`);
  }
  try {
    const done = await migrate({
      connection: await open(PATIENCE_MS),
      migrations,
      logger,
      ...(again !== undefined && { again }),
      onWait: (owner) => say(`${owner} is migrating ${service}; waiting`),
      onBegin: (id) => say(`${id} …`),
      onDone: (id, ms) => out(`${id}: done in ${(ms / 1000).toFixed(1)} s`),
    });
    if (done.length === 0) out(`${service}: nothing is pending.`);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    throw new CommandError(
      `${error.message}\nWhat it did is kept; once the cause is mended, run it again. Those after it were not begun.`,
      { cause: error },
    );
  }
}
