import express, { type RequestHandler } from 'express';
import { invalidRequest } from '../stripe-error';

/** `a[b]=c` and `a[0]=b`, at most 100 kB, as Stripe's v1 takes. */
const parse = express.urlencoded({ extended: true, limit: '100kb', parameterLimit: 1_000 });

/** Form-encoded parameters, and nothing else: Stripe refuses JSON here too. */
export const formBody: RequestHandler = (req, res, next) => {
  const hasBody = Number(req.get('content-length') ?? 0) > 0 || req.get('transfer-encoding') !== undefined;
  if (req.method === 'POST' && hasBody && !req.is('application/x-www-form-urlencoded')) {
    throw invalidRequest(
      'Send the parameters form-encoded: Content-Type must be application/x-www-form-urlencoded.',
    );
  }
  parse(req, res, next);
};
