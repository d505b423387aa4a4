import type { DeadLetter, DeadLetterStore } from './dead-letters';

/** Dead letters of a test, to be looked at. */
export class MemoryDeadLetters implements DeadLetterStore {
  private readonly byId = new Map<string, DeadLetter>();
  /** Set to make `put` reject with it. */
  failure: Error | undefined;
  /** How often `put` was refused. */
  refused = 0;

  put(letter: DeadLetter): Promise<void> {
    if (this.failure) {
      this.refused += 1;
      return Promise.reject(this.failure);
    }
    this.byId.set(letter.id, letter);
    return Promise.resolve();
  }

  get letters(): DeadLetter[] {
    return [...this.byId.values()];
  }
}
