import type { LedgerEntry, NewEntry } from './entry';
import type { Ledger } from './ledger-file';
import { entryView } from '../views/ledger';
import { State } from './state';

/** The ledger and what it adds up to, kept in step: on disk first, then in memory, then told to anybody. */
export class Books {
  readonly state = new State();
  /** Every entry as it may be shown. */
  readonly journal: { seq: number; [member: string]: unknown }[] = [];
  private seq = 0;
  private readonly listeners: ((entry: LedgerEntry) => void)[] = [];

  constructor(
    private readonly ledger: Ledger,
    entries: Iterable<LedgerEntry> = [],
  ) {
    for (const entry of entries) {
      this.apply(entry);
      this.seq = entry.seq;
    }
  }

  /** Resolves when the entry is durable and visible. Rejects when it may not be: then nothing was acknowledged. */
  async record(entry: NewEntry): Promise<void> {
    this.seq += 1;
    const numbered: LedgerEntry = { seq: this.seq, ...entry };
    await this.ledger.append(numbered);
    this.apply(numbered);
    for (const listen of this.listeners) listen(numbered);
  }

  /** Called after each entry; must not throw and must not wait. */
  onRecorded(listen: (entry: LedgerEntry) => void): void {
    this.listeners.push(listen);
  }

  private apply(entry: LedgerEntry): void {
    this.state.apply(entry);
    this.journal.push({ ...entryView(entry), seq: entry.seq });
  }
}
