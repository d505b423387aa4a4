export { migrationsAtStart, type MigrateMode } from './at-start';
export { backfill } from './backfill';
export { createIndexes } from './create-indexes';
export { inBatches } from './in-batches';
export { migrate } from './migrate';
export { MigrationError, type Migration, type MigrationContext } from './migration';
export { readProgress, type MigrationRecord, type Progress } from './records';
