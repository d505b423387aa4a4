import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@gittix/common/logging';
import type { WebhookFaults } from '../faults/around-webhook';
import type { LedgerEntry, NewEntry, Operation, StoredEvent } from '../ledger/entry';
import { eventBody } from '../views/event';
import { signatureHeader } from './signature';

export interface WebhookTarget {
  url: string;
  secret: string;
}

export interface WebhookDeliveryOptions {
  target: WebhookTarget;
  /** The wait before each try; as many tries as there are waits. */
  delaysMs?: readonly number[];
  timeoutMs?: number;
  nowMs: () => number;
  logger: Logger;
  record: (entry: NewEntry) => Promise<void>;
  faults: WebhookFaults;
}

/** At once, then growing to ten minutes: about an hour, as long as a laptop's shop may be away. */
const DELAYS_MS = [0, 500, 1_000, 2_000, 5_000, 15_000, 60_000, 300_000, 600_000, 600_000, 600_000, 600_000];
const AT_ONCE = 16;

/** Delivers signed events in the background until the shop answers 2xx; what was not delivered survives a restart. */
export class WebhookDelivery {
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private sending = 0;
  private readonly queue: (() => void)[] = [];

  constructor(private readonly options: WebhookDeliveryOptions) {}

  /** Takes the new events of an entry; never waits and never throws. */
  readonly onRecorded = ({ events }: LedgerEntry): void => {
    for (const event of events) this.deliver(event);
  };

  deliver(event: StoredEvent): void {
    const task = this.run(event).catch((err: unknown) => {
      if (!this.stopping.signal.aborted)
        this.options.logger.error({ err, event: event.id }, 'webhook bookkeeping failed');
    });
    this.running.add(task);
    void task.finally(() => this.running.delete(task));
  }

  /** Ends waits and requests under way; undelivered events are owed still and go out after the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const wake of this.queue.splice(0)) wake();
    await Promise.allSettled(this.running);
  }

  private async run(event: StoredEvent): Promise<void> {
    const { delaysMs = DELAYS_MS, logger, faults } = this.options;
    const { copies } = await faults.plan(event, this.stopping.signal);
    this.stopping.signal.throwIfAborted();
    if (copies === 0) return this.close(event, 'webhook.dropped');
    for (const [attempt, waitMs] of delaysMs.entries()) {
      if (waitMs > 0) await delay(waitMs, undefined, { signal: this.stopping.signal });
      const sent = Array.from({ length: copies }, () => this.inTurn(() => this.attempt(event)));
      const problems = await Promise.all(sent);
      this.stopping.signal.throwIfAborted();
      if (problems.includes(undefined)) {
        faults.sent(event);
        return this.close(event, 'webhook.delivered');
      }
      const [problem] = problems;
      const line = { event: event.id, type: event.type, attempt: attempt + 1, problem };
      logger.warn(line, 'webhook not delivered');
    }
    logger.error({ event: event.id, type: event.type }, 'webhook given up');
    await this.close(event, 'webhook.given_up');
  }

  /** Undefined when the shop took it, else what went wrong. */
  private async attempt(event: StoredEvent): Promise<string | undefined> {
    const { target, nowMs, timeoutMs = 10_000 } = this.options;
    const body = eventBody(event);
    try {
      const response = await fetch(target.url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (gittix stripe-emulator)',
          'stripe-signature': signatureHeader(body, target.secret, Math.floor(nowMs() / 1000)),
        },
        body,
      });
      await response.body?.cancel();
      return response.status >= 200 && response.status < 300 ? undefined : `answered ${response.status}`;
    } catch (error) {
      return reasonOf(error);
    }
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    while (this.sending >= AT_ONCE && !this.stopping.signal.aborted) {
      await new Promise<void>((resolve) => this.queue.push(resolve));
    }
    this.sending += 1;
    try {
      return await work();
    } finally {
      this.sending -= 1;
      this.queue.shift()?.();
    }
  }

  private close(event: StoredEvent, operation: Operation): Promise<void> {
    return this.options.record({
      atMs: this.options.nowMs(),
      operation,
      requestId: null,
      status: null,
      subject: event.id,
      changes: {},
      events: [],
      reply: null,
    });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
