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

/** One call to the same-origin API. Never rejects: whatever goes wrong is a problem with a code the catalogue has words for. */
export async function callApi<T>(path: string, options: CallOptions = {}): Promise<Answer<T>> {
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

/** True when signing in again is what helps. */
export function needsSignIn(problem: ApiProblem): boolean {
  return problem.status === 401;
}
