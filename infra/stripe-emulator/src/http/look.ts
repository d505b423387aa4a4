import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { EmulatorDeps } from '../deps';
import { aroundRequest } from '../faults/around-request';
import { targetOf } from '../faults/target';
import { authenticate, requireSecretKey } from './authentication';
import { parseParams } from './params';
import type { Call } from './perform';

export interface Question<P> {
  by: 'shop' | 'browser';
  kind: 'retrieve' | 'list';
  params: z.ZodType<P>;
  /** The intent this is about; nothing for a list. */
  intentId?: (id: string) => string | undefined;
  answer: (params: P, call: Call) => unknown;
}

/** A GET: reads what is acknowledged, changes nothing. */
export function look<P>(deps: EmulatorDeps, question: Question<P>): RequestHandler {
  return async (req, res) => {
    const audience = authenticate(req, deps.keys);
    if (question.by === 'shop') requireSecretKey(audience);
    const { key: _apiKey, ...given } = req.query as Record<string, unknown>;
    const id = typeof req.params['id'] === 'string' ? req.params['id'] : '';
    const params = parseParams(question.params, given);
    const target = targetOf(deps.books.state, question.intentId?.(id));
    const hit = deps.faults.onRequest(question.kind, target);
    const body = await aroundRequest(deps.faults, hit, ({ instead }) => {
      // Nothing is kept for a GET, so there is no later answer to tell apart.
      if (instead) throw instead.error;
      return Promise.resolve(question.answer(params, { id, audience, nowMs: deps.nowMs() }));
    });
    res.type('application/json').send(JSON.stringify(body, undefined, 2));
  };
}
