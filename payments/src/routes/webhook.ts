import { raw, type RequestHandler } from 'express';
import { AppError } from '@gittix/common/errors';
import type { Deps } from '../deps';
import { BadSignature, type Hint } from '../stripe';
import { takeHint } from '../use-cases/take-hint';

/** The signature is over the bytes as sent, so no parser may touch them. */
export const rawBody: RequestHandler = raw({ type: () => true, limit: '512kb' });

export const webhookRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const body: unknown = req.body;
    const hint = read(
      deps,
      Buffer.isBuffer(body) ? body : Buffer.alloc(0),
      req.get('stripe-signature') ?? '',
    );
    await takeHint(deps, hint);
    res.json({ received: true });
  };

function read({ readHint }: Deps, body: Buffer, signature: string): Hint {
  try {
    return readHint(body, signature);
  } catch (cause) {
    if (!(cause instanceof BadSignature)) throw cause;
    throw new AppError('validation_failed', { message: 'The signature is not valid', cause });
  }
}
