import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** What every log line and every event made meanwhile carries. */
export interface LogContext {
  requestId?: string;
  eventId?: string;
  /** W3C trace context. */
  traceparent?: string;
}

const storage = new AsyncLocalStorage<LogContext>();

/** Runs `work` with these ids on every log line; continues the trace given, or begins one. */
export function withLogContext<T>(context: LogContext, work: () => T): T {
  return storage.run({ ...context, traceparent: childOf(context.traceparent) }, work);
}

export function logContext(): LogContext {
  return storage.getStore() ?? {};
}

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

function childOf(parent: string | undefined): string {
  const [, trace, flags] = TRACEPARENT.exec(parent ?? '') ?? [];
  const span = randomBytes(8).toString('hex');
  return `00-${trace ?? randomBytes(16).toString('hex')}-${span}-${flags ?? '01'}`;
}
