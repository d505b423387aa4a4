import type { Migration } from '@gittix/common/migrations';
import { indexes } from './0001-indexes';
import { createdAt } from './0002-created-at';

/** From release to release, in order. A released one is never changed: what it did is in databases. */
export const migrations: readonly Migration[] = [indexes, createdAt];
