import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, RequestFault, RequestKind, WebhookFault } from './schema';
import { seeded } from './seeded';
import type { Target } from './target';

/** A fault as it was programmed, and what became of it. */
interface Armed {
  fault: Fault;
  random: () => number;
  /** How often it was chosen; `times` limits this. */
  taken: number;
  /** How often it took effect: less than `taken` only where an event waited to be overtaken and was not. */
  hits: number;
}

/** A fault that was chosen for one request or event. */
export interface Hit<F extends Fault> {
  fault: F;
  /** Counts it, once it took effect. */
  count(): void;
}

/** What goes wrong on purpose. Kept in memory only: a restart knows of no fault. */
export class Faults {
  private armed: Armed[] = [];
  private ended = new AbortController();

  /** Takes the place of all faults before; whoever still waits because of those goes on at once. */
  program(faults: readonly Fault[]): void {
    this.ended.abort();
    this.ended = new AbortController();
    this.armed = faults.map((fault) => ({ fault, random: seeded(fault.seed), taken: 0, hits: 0 }));
  }

  /** Each fault in the order given, with how often it took effect. */
  report(): (Fault & { hits: number })[] {
    return this.armed.map(({ fault, hits }) => ({ ...fault, hits }));
  }

  onRequest(operation: RequestKind, target: Target): Hit<RequestFault> | undefined {
    return this.choose(operation, target) as Hit<RequestFault> | undefined;
  }

  onWebhook(target: Target): Hit<WebhookFault> | undefined {
    return this.choose('webhook', target) as Hit<WebhookFault> | undefined;
  }

  /** Waits, but no longer than the faults stand that are programmed now. */
  async pause(seconds: number, until?: AbortSignal): Promise<void> {
    const signal = until ? AbortSignal.any([this.ended.signal, until]) : this.ended.signal;
    try {
      await delay(seconds * 1000, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** The first fault of the list that fits and fires; the others do not hear of it. */
  private choose(operation: Fault['operation'], target: Target): Hit<Fault> | undefined {
    for (const armed of this.armed) {
      const { fault } = armed;
      if (fault.operation !== operation || armed.taken >= (fault.times ?? Infinity)) continue;
      if (!fits(fault, target) || armed.random() >= fault.probability) continue;
      armed.taken += 1;
      return { fault, count: () => (armed.hits += 1) };
    }
    return undefined;
  }
}

function fits({ card, metadata = {} }: Fault, target: Target): boolean {
  if (card !== undefined && target.card !== card) return false;
  return Object.entries(metadata).every(([name, value]) => target.metadata[name] === value);
}
