import type { Problem } from '@gittix/common/api';
import { observeAnswer } from './server-clock';

/** A refusal as the pages use it. `offline` is ours: the browser got no answer at all. */
export interface ApiProblem {
  status: number;
  code: string;
  errors: Problem['errors'];
  requestId?: string | undefined;
  /** Seconds to wait before another try. */
  retryAfter?: number | undefined;
  /** Of `ticket_reserved`: when the other hold ends. */
  reservedUntil?: string | undefined;
}

export type Answer<T> = { ok: true; status: number; value: T } | { ok: false; problem: ApiProblem };

interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 15_000;
const MOST_TRIES = 3;
/** Who has waited longer is told so instead of waiting on. */
const PATIENCE_MS = 5_000;

/**
 * One call to the same-origin API. Never rejects: whatever goes wrong is a problem with a code the catalogue has words for.
 * A call that has one effect however often it arrives is made again when a server went away under it.
 */
export async function callApi<T>(path: string, options: CallOptions = {}): Promise<Answer<T>> {
  const until = Date.now() + PATIENCE_MS;
  for (let tries = 1; ; tries += 1) {
    const answer = await callOnce<T>(path, options);
    if (answer.ok || tries === MOST_TRIES || !mayBeRepeated(options) || options.signal?.aborted)
      return answer;
    const waitMs = waitBeforeNext(answer.problem);
    if (Date.now() + waitMs > until) return answer;
    await pause(waitMs, options.signal);
  }
}

/** POSTs without a key are the rest: nobody knows what a second one would do. */
function mayBeRepeated({ method = 'GET', idempotencyKey }: CallOptions): boolean {
  return method !== 'POST' || idempotencyKey !== undefined;
}

/** Milliseconds, or Infinity after an answer that would be the same again. */
function waitBeforeNext({ status, code, retryAfter }: ApiProblem): number {
  if (status === 0) return 500;
  const isPassing = [502, 503, 504].includes(status) && ['unavailable', 'internal'].includes(code);
  return isPassing ? (retryAfter ?? 1) * 1000 : Infinity;
}

async function callOnce<T>(path: string, options: CallOptions): Promise<Answer<T>> {
  const { method = 'GET', body, idempotencyKey, signal } = options;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const sentAt = Date.now();
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json, application/problem+json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    observeAnswer(response.headers.get('date'), sentAt, Date.now());
    const text = await response.text();
    if (!response.ok) return { ok: false, problem: toProblem(response, text) };
    return { ok: true, status: response.status, value: (text === '' ? undefined : JSON.parse(text)) as T };
  } catch (error) {
    return { ok: false, problem: { status: 0, code: 'offline', errors: [{ message: String(error) }] } };
  }
}

/** What a refusal says; an answer that is no problem document (a proxy's page) keeps its status and gets a code by it. */
export function toProblem(response: Pick<Response, 'status' | 'headers'>, text: string): ApiProblem {
  const told = parse(text);
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    status: response.status,
    code: typeof told.code === 'string' ? told.code : response.status === 503 ? 'unavailable' : 'internal',
    errors: Array.isArray(told.errors) ? told.errors : [],
    requestId: told.requestId ?? response.headers.get('x-request-id') ?? undefined,
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
    reservedUntil: typeof told.reservedUntil === 'string' ? told.reservedUntil : undefined,
  };
}

function parse(text: string): Partial<Problem> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Ends early when the signal does. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** True when signing in again is what helps. */
export function needsSignIn(problem: ApiProblem): boolean {
  return problem.status === 401;
}
