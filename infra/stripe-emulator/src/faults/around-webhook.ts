import type { StoredEvent } from '../ledger/entry';
import type { State } from '../ledger/state';
import type { Faults } from './faults';
import { targetOf } from './target';

/** What the fault of one event makes of its delivery. */
export interface DeliveryPlan {
  /** 0: never sent. More than 1: sent that often at once. */
  copies: number;
}

/** Delays, drops, doubles and reorders webhooks. */
export class WebhookFaults {
  /** The event of each intent that waits to be overtaken. */
  private readonly held = new Map<string, { overtake: () => void }>();

  constructor(
    private readonly faults: Faults,
    private readonly state: State,
  ) {}

  /** Resolves when the event may be sent; asked once per event, before its first try. */
  async plan(event: StoredEvent, stopping: AbortSignal): Promise<DeliveryPlan> {
    const intentId = intentOf(event);
    const overtaking = intentId !== undefined && this.held.has(intentId);
    const hit = overtaking ? undefined : this.faults.onWebhook(targetOf(this.state, intentId));
    if (!hit) return { copies: 1 };
    const { fault } = hit;
    switch (fault.fault) {
      case 'drop':
        hit.count();
        return { copies: 0 };
      case 'double':
        hit.count();
        return { copies: fault.copies };
      case 'delay':
        hit.count();
        await this.faults.pause(fault.seconds, stopping);
        return { copies: 1 };
      case 'reorder':
        if (intentId !== undefined) {
          await this.holdBack(intentId, fault.seconds, stopping, () => hit.count());
        }
        return { copies: 1 };
    }
  }

  /** Tells that the shop has the event: one that was held back for it may go. */
  sent(event: StoredEvent): void {
    this.held.get(intentOf(event) ?? '')?.overtake();
  }

  private async holdBack(intentId: string, seconds: number, stopping: AbortSignal, overtaken: () => void) {
    const released = new AbortController();
    this.held.set(intentId, {
      overtake: () => {
        this.held.delete(intentId);
        overtaken();
        released.abort();
      },
    });
    await this.faults.pause(seconds, AbortSignal.any([released.signal, stopping]));
    if (!released.signal.aborted) this.held.delete(intentId);
  }
}

/** The intent an event is about: the object itself, or the one it names. */
function intentOf({ object }: StoredEvent): string | undefined {
  const { object: kind, id, payment_intent: named } = object as Record<string, unknown>;
  const intentId = kind === 'payment_intent' ? id : named;
  return typeof intentId === 'string' ? intentId : undefined;
}
