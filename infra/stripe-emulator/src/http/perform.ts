import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { EmulatorDeps } from '../deps';
import { fingerprint } from '../idempotency/fingerprint';
import type { Operation, StoredReply } from '../ledger/entry';
import type { Outcome } from '../use-cases/outcome';
import { Expansion } from '../views/expand';
import { authenticate, requireSecretKey, type Audience } from './authentication';
import { errorBody, toStripeError } from './error-answer';
import { parseParams } from './params';

export interface Call {
  /** The id in the path; empty where there is none. */
  id: string;
  audience: Audience;
  nowMs: number;
}

export interface Action<P> {
  operation: Operation;
  params: z.ZodType<P>;
  /** `shop`: the secret key only. `browser`: the publishable key too. `page`: no key, a client secret says enough. */
  by: 'shop' | 'browser' | 'page';
  /** The intent this is about; requests about one intent take turns. */
  intentId?: (params: P, id: string) => string | undefined;
  execute: (params: P, call: Call) => Outcome;
}

/** A POST that changes something: known once under its key, decided in turn, on disk before it is answered. */
export function change<P>(deps: EmulatorDeps, action: Action<P>): RequestHandler {
  return async (req, res) => {
    send(res, await perform(deps, req, res, action));
  };
}

/** The answer, new or replayed. Throws errors of what never began: key, parameters, a misused Idempotency-Key. */
export async function perform<P>(
  deps: EmulatorDeps,
  req: Request,
  res: Response,
  action: Action<P>,
): Promise<StoredReply> {
  const audience = action.by === 'page' ? 'publishable' : authenticate(req, deps.keys);
  if (action.by === 'shop') requireSecretKey(audience);
  const { key: _apiKey, ...given } = (req.body ?? {}) as Record<string, unknown>;
  const request = {
    key: req.get('idempotency-key') ?? '',
    endpoint: `${req.method} ${req.baseUrl}${req.path}`,
    fingerprint: fingerprint(given),
    requestId: String(res.locals['requestId']),
  };
  const id = typeof req.params['id'] === 'string' ? req.params['id'] : '';
  const execute = () => {
    const params = parseParams(action.params, given);
    return deps.locks.run(action.intentId?.(params, id), () =>
      commit(
        deps,
        action,
        request,
        () => action.execute(params, { id, audience, nowMs: deps.nowMs() }),
        params,
      ),
    );
  };
  return request.key === '' ? execute() : deps.idempotency.once(request, execute);
}

// The fault switches of a later issue belong around `commit`: before it, after it, or instead of its answer.

/** Executes and writes down: the change, its events and the answer are one line of the ledger. */
async function commit(
  { books, logger, nowMs, useCases }: EmulatorDeps,
  { operation }: { operation: Operation },
  request: { key: string; endpoint: string; fingerprint: string; requestId: string },
  execute: () => Outcome,
  params: unknown,
): Promise<StoredReply> {
  const outcome = attempt(operation, execute, (error) => toStripeError(error, logger, request.requestId));
  const expansion = new Expansion(books.state, useCases.publicUrl, outcome.changes);
  const body =
    typeof outcome.body === 'string'
      ? outcome.body
      : JSON.stringify(
          expansion.expand(outcome.body as Record<string, unknown>, expandOf(params)),
          undefined,
          2,
        );
  const atMs = nowMs();
  const { requestId, key } = request;
  const reply: StoredReply = { ...request, status: outcome.status, body, atMs };
  await books.record({
    atMs,
    operation: outcome.operation,
    requestId,
    status: outcome.status,
    subject: outcome.subject,
    changes: outcome.changes,
    events: outcome.events.map(({ type, object }) => ({
      id: useCases.newId('evt'),
      type,
      created: Math.floor(atMs / 1000),
      object,
      request: { id: requestId, idempotencyKey: key === '' ? null : key },
    })),
    reply: key === '' ? null : reply,
  });
  return reply;
}

/** An error of an execution that began is its answer, kept and replayed like any other. */
function attempt(
  operation: Operation,
  execute: () => Outcome,
  asStripe: (error: unknown) => ReturnType<typeof toStripeError>,
): Outcome {
  try {
    return execute();
  } catch (error) {
    const refused = asStripe(error);
    return {
      status: refused.status,
      body: errorBody(refused),
      operation,
      subject: null,
      changes: {},
      events: [],
    };
  }
}

function expandOf(params: unknown): string[] {
  return (params as { expand?: string[] }).expand ?? [];
}

/** Answers, and says so when the answer is an old one. */
export function send(res: Response, reply: StoredReply): void {
  const replayed = reply.requestId !== res.locals['requestId'];
  if (reply.key !== '') {
    res.set({ 'Idempotency-Key': reply.key, 'Original-Request': reply.requestId });
    if (replayed) res.set('Idempotent-Replayed', 'true');
    // Trying again with this key would only bring the same answer.
    if (reply.status >= 500) res.set('Stripe-Should-Retry', 'false');
  }
  res.status(reply.status).type('application/json').send(reply.body);
}
