/** A message its service could not and will never handle, with what is needed to look at it and to handle it again. */
export interface DeadLetter {
  /** Group and event id, or SHA-256 of the bytes when there is no readable id: a repeated failure is one letter. */
  id: string;
  group: string;
  /** Why, in words. */
  reason: string;
  /** Subject or channel the message came from. */
  subject: string;
  /** Absent when the message could not be read. */
  eventId?: string;
  type?: string;
  /** The original bytes. */
  body: Uint8Array;
  at: Date;
}

/** Where a service keeps its own dead letters: its database, or Redis for expiration. */
export interface DeadLetterStore {
  /** Keeps the letter; the same id again overwrites. Rejects when it cannot be stored, then the message is not acknowledged. */
  put(letter: DeadLetter): Promise<void>;
}

/** A letter without its bytes, for lists. */
export type DeadLetterHead = Omit<DeadLetter, 'body'>;

/** What an operator does with a service's dead letters. */
export interface DeadLetterArchive extends DeadLetterStore {
  /** The newest ones, newest first, and how many there are. */
  list(limit: number): Promise<{ letters: DeadLetterHead[]; total: number }>;
  find(id: string): Promise<DeadLetter | undefined>;
  /** Removes this letter, but not one that came under the same id since; false when it is there no more. */
  remove(letter: DeadLetterHead): Promise<boolean>;
}
