import { createHash } from 'node:crypto';
import { isInfrastructureError, PermanentError } from '../errors';
import { decodeEvent, eventTypes, UnknownEventType, type AnyEvent, type EventType } from '../events';
import { faultPoint } from '../fault-points';
import { withLogContext, type Logger } from '../logging';
import type { DeadLetterStore } from './dead-letters';
import { readFence } from './fence';
import { TryBook, type RetryTimes } from './tries';

/** A message as the broker hands it over. */
export interface IncomingMessage {
  subject: string;
  body: Uint8Array;
}

/** What the adapter tells its broker. */
export type Verdict = { action: 'ack' } | { action: 'retry'; afterMs: number };

export type Outcome = 'handled' | 'ignored' | 'retried' | 'dead_letter';

/** One message's end, for metrics. */
export interface DeliveryReport {
  group: string;
  outcome: Outcome;
  /** `unknown` for all that is no event of this release, so that the values stay few. */
  type: EventType | 'unknown';
  durationMs: number;
}

export interface DeliveryOptions {
  group: string;
  types: readonly EventType[];
  handle(event: AnyEvent): Promise<void>;
  deadLetters: DeadLetterStore;
  logger: Logger;
  onOutcome?: ((report: DeliveryReport) => void) | undefined;
  /** Failures, infrastructure aside, before a message is given up; 10 unless told. */
  maxTries?: number | undefined;
  retryTimes?: RetryTimes | undefined;
  clock?: (() => Date) | undefined;
  /** 0 to 1, for the jitter. */
  random?: (() => number) | undefined;
}

const ACK: Verdict = { action: 'ack' };

interface Labels {
  eventId?: string;
  type?: string;
}

/**
 * Decides what becomes of each received message, the same on every broker: bytes -> event -> handler -> verdict.
 * The function it returns never rejects and never throws, whatever the handler does.
 */
export function createDelivery(options: DeliveryOptions): (message: IncomingMessage) => Promise<Verdict> {
  const { group, deadLetters, logger, maxTries = 10 } = options;
  const { clock = () => new Date(), random = Math.random } = options;
  const wanted = new Set<string>(options.types);
  const tries = new TryBook(random, options.retryTimes);

  return async function deliver(message) {
    if (readFence(message.body) !== undefined) return ACK;
    const startedAt = performance.now();
    let labels: Labels = {};
    try {
      const event = decodeEvent(message.body);
      labels = { eventId: event.id, type: event.type };
      if (!wanted.has(event.type)) return report('ignored', ACK);
      const { id: eventId, traceparent } = event;
      return await withLogContext({ eventId, ...(traceparent ? { traceparent } : {}) }, () => handle(event));
    } catch (error) {
      if (error instanceof UnknownEventType) {
        labels = peek(message.body);
        return report('ignored', ACK);
      }
      labels = peek(message.body);
      return failed(error);
    }

    async function handle(event: AnyEvent): Promise<Verdict> {
      try {
        await faultPoint('delivery.event.handling');
        await options.handle(event);
        await faultPoint('delivery.event.handled');
      } catch (error) {
        return failed(error);
      }
      tries.done(event.id);
      return report('handled', ACK);
    }

    async function failed(error: unknown): Promise<Verdict> {
      const key = labels.eventId ?? sha256(message.body);
      if (error instanceof PermanentError) return bury(key, error);
      const counts = !isInfrastructureError(error);
      const { failures, afterMs } = tries.failed(key, counts);
      if (failures >= maxTries) return bury(key, error);
      return report('retried', { action: 'retry', afterMs }, { err: error, failures, afterMs });
    }

    /** Acknowledges only what is safely kept. */
    async function bury(key: string, error: unknown): Promise<Verdict> {
      const { subject, body } = message;
      const reason = error instanceof Error ? error.message : String(error);
      try {
        await faultPoint('delivery.dead-letter.storing');
        await deadLetters.put({
          id: `${group}:${key}`,
          group,
          reason,
          subject,
          ...labels,
          body,
          at: clock(),
        });
        await faultPoint('delivery.dead-letter.stored');
      } catch (cause) {
        const { afterMs } = tries.failed(key, false);
        return report('retried', { action: 'retry', afterMs }, { err: cause, reason, afterMs });
      }
      tries.done(key);
      return report('dead_letter', ACK, { err: error, reason });
    }

    function report(outcome: Outcome, verdict: Verdict, details: object = {}): Verdict {
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
      const line = { group, subject: message.subject, ...labels, outcome, durationMs, ...details };
      logger[LEVELS[outcome]](line, `event ${outcome}`);
      try {
        const type = eventTypes.find((known) => known === labels.type) ?? 'unknown';
        options.onOutcome?.({ group, outcome, type, durationMs });
      } catch (err) {
        logger.error({ err }, 'observer of event outcomes failed');
      }
      return verdict;
    }
  };
}

const LEVELS = { handled: 'info', ignored: 'debug', retried: 'warn', dead_letter: 'error' } as const;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Id and type of a message that is no valid event, if they can be read at all. */
function peek(bytes: Uint8Array): Labels {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const { id, type } = value as { id?: unknown; type?: unknown };
  return {
    ...(isLabel(id) ? { eventId: id } : {}),
    ...(isLabel(type) ? { type } : {}),
  };
}

function isLabel(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 200;
}
