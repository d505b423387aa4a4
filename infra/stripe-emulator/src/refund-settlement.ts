import type { EmulatorDeps } from './deps';
import type { RefundRecord } from './domain/records';
import type { LedgerEntry } from './ledger/entry';
import { settleRefund } from './use-cases/refunds';

/** Brings pending and failing refunds to their end in time, also those of before a restart. */
export class RefundSettlement {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly deps: EmulatorDeps) {}

  /** Takes up what the ledger says is still to happen. */
  resume(): void {
    for (const refund of this.deps.books.state.refunds.values()) this.schedule(refund);
  }

  readonly onRecorded = ({ changes }: LedgerEntry): void => {
    for (const refund of changes.refunds ?? []) this.schedule(refund);
  };

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Brings it to its end now; nothing happens when it has been there before. */
  settle({ id, intentId }: Pick<RefundRecord, 'id' | 'intentId'>): Promise<void> {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    return this.record(id, intentId);
  }

  private schedule({ id, intentId, settles }: RefundRecord): void {
    if (!settles) return;
    const wait = Math.max(0, settles.atMs - this.deps.nowMs());
    this.timers.set(
      id,
      setTimeout(() => {
        this.settle({ id, intentId }).catch((err: unknown) => {
          this.deps.logger.error({ err, refund: id }, 'a refund could not be settled');
        });
      }, wait),
    );
  }

  private record(id: string, intentId: string): Promise<void> {
    const { books, locks, nowMs, useCases } = this.deps;
    return locks.run(intentId, async () => {
      const outcome = settleRefund(useCases, id);
      if (!outcome) return;
      const atMs = nowMs();
      const request = { id: null, idempotencyKey: null };
      const created = Math.floor(atMs / 1000);
      await books.record({
        atMs,
        operation: outcome.operation,
        requestId: null,
        status: null,
        subject: outcome.subject,
        changes: outcome.changes,
        events: outcome.events.map((event) => ({ ...event, id: useCases.newId('evt'), created, request })),
        reply: null,
      });
    });
  }
}
