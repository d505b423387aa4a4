import type { Logger } from '@gittix/common/logging';
import type { Faults } from './faults/faults';
import type { ApiKeys } from './http/authentication';
import type { Idempotency } from './idempotency/replies';
import type { Books } from './ledger/books';
import type { KeyedLock } from './ledger/keyed-lock';
import type { UseCaseDeps } from './use-cases/outcome';

/** What the routes work with. */
export interface EmulatorDeps {
  books: Books;
  locks: KeyedLock;
  idempotency: Idempotency;
  useCases: UseCaseDeps;
  keys: ApiKeys;
  /** What goes wrong on purpose. */
  faults: Faults;
  nowMs: () => number;
  logger: Logger;
  /** Why the ledger cannot be written any more; undefined while it can. */
  ledgerFailure: () => Error | undefined;
}
