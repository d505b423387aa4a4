import type { ChargeRecord, IntentRecord, PaymentMethodRecord, RefundRecord } from '../domain/records';
import type { LedgerEntry, StoredEvent, StoredReply } from './entry';

/** How long an answer is replayed under its Idempotency-Key, as Stripe's v1 documents. */
export const REPLY_KEPT_MS = 24 * 60 * 60 * 1000;

/** What the ledger adds up to, in memory. Maps keep the order of creation, which lists are sorted by. */
export class State {
  readonly intents = new Map<string, IntentRecord>();
  readonly charges = new Map<string, ChargeRecord>();
  readonly refunds = new Map<string, RefundRecord>();
  readonly paymentMethods = new Map<string, PaymentMethodRecord>();
  /** Everything that was told or should have been: what no webhook brought can be read here. */
  readonly events = new Map<string, StoredEvent>();
  /** Webhooks not delivered yet. */
  readonly owedEvents = new Map<string, StoredEvent>();
  private readonly replies = new Map<string, StoredReply>();

  apply({ changes, events, reply, operation, subject }: LedgerEntry): void {
    for (const each of changes.intents ?? []) this.intents.set(each.id, each);
    for (const each of changes.charges ?? []) this.charges.set(each.id, each);
    for (const each of changes.refunds ?? []) this.refunds.set(each.id, each);
    for (const each of changes.paymentMethods ?? []) this.paymentMethods.set(each.id, each);
    for (const each of events) {
      this.events.set(each.id, each);
      this.owedEvents.set(each.id, each);
    }
    if (subject && operation.startsWith('webhook.')) this.owedEvents.delete(subject);
    if (reply) this.remember(reply);
  }

  reply(key: string, nowMs: number): StoredReply | undefined {
    const reply = this.replies.get(key);
    return reply && nowMs - reply.atMs < REPLY_KEPT_MS ? reply : undefined;
  }

  private remember(reply: StoredReply): void {
    // Oldest first: what has run out is at the front.
    for (const [key, old] of this.replies) {
      if (reply.atMs - old.atMs < REPLY_KEPT_MS) break;
      this.replies.delete(key);
    }
    this.replies.delete(reply.key);
    this.replies.set(reply.key, reply);
  }
}
