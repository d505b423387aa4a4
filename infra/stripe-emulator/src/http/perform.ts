import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { EmulatorDeps } from '../deps';
import type { Decline } from '../domain/cards';
import { aroundRequest, type Twist } from '../faults/around-request';
import type { RequestKind } from '../faults/schema';
import { targetOf } from '../faults/target';
import { fingerprint } from '../idempotency/fingerprint';
import type { Operation, StoredReply } from '../ledger/entry';
import type { StripeError } from '../stripe-error';
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
  /** Set by a fault: whatever card it is, it is declined. */
  declined?: Decline | undefined;
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
    const intentId = action.intentId?.(params, id);
    const run = (twist: Twist) =>
      deps.locks.run(intentId, () =>
        commit(deps, { operation: action.operation, request, params, instead: twist.instead }, () =>
          action.execute(params, { id, audience, nowMs: deps.nowMs(), declined: twist.declined }),
        ),
      );
    const kind = REQUEST_KINDS[action.operation];
    const hit = kind && deps.faults.onRequest(kind, targetOf(deps.books.state, intentId, params));
    return aroundRequest(deps.faults, hit, run);
  };
  return request.key === '' ? execute() : deps.idempotency.once(request, execute);
}

/** What faults call the operations; the others never fail on purpose. */
const REQUEST_KINDS: Partial<Record<Operation, RequestKind>> = {
  'payment_intent.create': 'create',
  'payment_intent.confirm': 'confirm',
  'payment_intent.capture': 'capture',
  'payment_intent.cancel': 'cancel',
  'refund.create': 'refund',
};

interface Commission {
  operation: Operation;
  request: { key: string; endpoint: string; fingerprint: string; requestId: string };
  params: unknown;
  instead: Twist['instead'];
}

/** Executes and writes down: the change, its events and the answer are one line of the ledger. */
async function commit(
  { books, logger, nowMs, useCases }: EmulatorDeps,
  { operation, request, params, instead }: Commission,
  execute: () => Outcome,
): Promise<StoredReply> {
  const asStripe = (error: unknown) => toStripeError(error, logger, request.requestId);
  const outcome = disguised(
    instead?.effect === false ? refusal(operation, instead.error) : attempt(operation, execute, asStripe),
    instead?.error,
  );
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
  asStripe: (error: unknown) => StripeError,
): Outcome {
  try {
    return execute();
  } catch (error) {
    return refusal(operation, asStripe(error));
  }
}

function refusal(operation: Operation, error: StripeError): Outcome {
  return {
    status: error.status,
    body: errorBody(error),
    operation,
    subject: null,
    changes: {},
    events: [],
  };
}

/** The same effect under another answer. */
function disguised(outcome: Outcome, error: StripeError | undefined): Outcome {
  return error ? { ...outcome, status: error.status, body: errorBody(error) } : outcome;
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
