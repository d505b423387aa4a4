import Stripe from 'stripe';
import type { Failure } from '../domain/intent';

/**
 * refused: a definite no (4xx but 409 and 429); nothing happened. unknown: nobody can tell whether it happened (timeout,
 * network, 409, 429). server: 5xx; it may have happened, and Stripe stores that answer under the idempotency key.
 * misconfigured: our key is wrong or may not do this; a refusal of us, not of this payment.
 */
export type FailureKind = 'refused' | 'unknown' | 'server' | 'misconfigured';

/** The names by which the rest of the house tells infrastructure failures: these are retried for ever and answered with 503. */
const NAMES: Record<FailureKind, string> = {
  refused: 'StripeRefusal',
  unknown: 'StripeConnectionError',
  server: 'StripeAPIError',
  misconfigured: 'StripeAPIError',
};

/** Stripe did not do what it was asked. The only error the gateway throws. */
export class StripeFailure extends Error {
  override readonly name: string;
  readonly status: number | undefined;
  /** The answer was stored under the idempotency key; repeating the request will only repeat it. */
  readonly replayed: boolean;
  /** For the buyer, in Stripe's words. */
  readonly failure: Failure;

  constructor(
    readonly kind: FailureKind,
    message: string,
    options: { status?: number | undefined; replayed?: boolean; failure?: Failure; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = NAMES[kind];
    this.status = options.status;
    this.replayed = options.replayed ?? false;
    this.failure = options.failure ?? { code: kind, message };
  }
}

/** The SDK's error -> ours; anything else, a bug, passes unchanged. Whole bodies and headers stay behind, they may hold secrets. */
export function toFailure(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const status = error.statusCode;
  const code = error.decline_code || error.code || error.type;
  return new StripeFailure(kindOf(status), `Stripe: ${error.message} (${status ?? 'no answer'}, ${code})`, {
    status,
    replayed: headersOf(error)['idempotent-replayed'] === 'true',
    failure: { code, message: error.message },
  });
}

function kindOf(status: number | undefined): FailureKind {
  if (status === undefined || status === 409 || status === 429) return 'unknown';
  if (status >= 500) return 'server';
  if (status === 401 || status === 403) return 'misconfigured';
  return status >= 400 ? 'refused' : 'unknown';
}

function headersOf(error: Error): Record<string, unknown> {
  return (error as { headers?: Record<string, unknown> }).headers ?? {};
}
