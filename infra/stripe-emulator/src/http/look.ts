import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { EmulatorDeps } from '../deps';
import { authenticate, requireSecretKey } from './authentication';
import { parseParams } from './params';
import type { Call } from './perform';

/** A GET: reads what is acknowledged, changes nothing. */
export function look<P>(
  deps: EmulatorDeps,
  question: { by: 'shop' | 'browser'; params: z.ZodType<P>; answer: (params: P, call: Call) => unknown },
): RequestHandler {
  return (req, res) => {
    const audience = authenticate(req, deps.keys);
    if (question.by === 'shop') requireSecretKey(audience);
    const { key: _apiKey, ...given } = req.query as Record<string, unknown>;
    const id = typeof req.params['id'] === 'string' ? req.params['id'] : '';
    const body = question.answer(parseParams(question.params, given), { id, audience, nowMs: deps.nowMs() });
    res.type('application/json').send(JSON.stringify(body, undefined, 2));
  };
}
