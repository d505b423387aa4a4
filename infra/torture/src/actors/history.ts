import type { Operation } from '../evidence/evidence';

/** Every request of every client, in the order they ended. */
export class History {
  readonly operations: Operation[] = [];
  private lastId = 0;

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  record(operation: Operation): void {
    this.operations.push(operation);
  }
}
