import type { RequestHandler } from 'express';

/** Browsers on any page may call the API, as Stripe's; they hold a publishable key and a client secret, never a cookie. */
export const cors: RequestHandler = (req, res, next) => {
  res.set({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'Request-Id, Idempotent-Replayed, Original-Request, Stripe-Should-Retry',
  });
  if (req.method !== 'OPTIONS') return next();
  res
    .set({
      'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key, Stripe-Version',
      'Access-Control-Max-Age': '300',
    })
    .status(204)
    .end();
};
