import type { DeadLetter, DeadLetterStore } from './dead-letters';

/** Dead letters of a test, to be looked at. */
export class MemoryDeadLetters implements DeadLetterStore {
  private readonly byId = new Map<string, DeadLetter>();
  /** Set to make `put` reject with it. */
  failure: Error | undefined;

  put(letter: DeadLetter): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    this.byId.set(letter.id, letter);
    return Promise.resolve();
  }

  get letters(): DeadLetter[] {
    return [...this.byId.values()];
  }
}
