import type { StoredReply } from '../ledger/entry';
import { StripeError } from '../stripe-error';

const MAX_KEY_LENGTH = 255;

export interface KeyedRequest {
  key: string;
  endpoint: string;
  fingerprint: string;
}

/** What Stripe promises about an Idempotency-Key: one execution, the same answer for 24 hours. */
export class Idempotency {
  private readonly inFlight = new Set<string>();

  constructor(
    private readonly stored: (key: string, nowMs: number) => StoredReply | undefined,
    private readonly nowMs: () => number,
  ) {}

  /**
   * The stored answer, or the one `execute` gives. Throws when the key was used for something else (400) or its first
   * request still runs (409). An execution that stores nothing (its parameters were bad) leaves the key unused.
   */
  async once<T>(request: KeyedRequest, execute: () => Promise<T>): Promise<T | StoredReply> {
    const { key } = request;
    if (key.length > MAX_KEY_LENGTH) {
      throw misuse(400, `An idempotency key has at most ${MAX_KEY_LENGTH} characters.`);
    }
    const reply = this.stored(key, this.nowMs());
    if (reply) return same(reply, request);
    if (this.inFlight.has(key)) {
      throw misuse(
        409,
        `Another request with the idempotency key '${key}' is still being worked on.`,
        'idempotency_key_in_use',
      );
    }
    this.inFlight.add(key);
    try {
      return await execute();
    } finally {
      this.inFlight.delete(key);
    }
  }
}

function same(reply: StoredReply, request: KeyedRequest): StoredReply {
  if (reply.endpoint !== request.endpoint) {
    throw misuse(400, `The idempotency key '${request.key}' was first used for another endpoint.`);
  }
  if (reply.fingerprint !== request.fingerprint) {
    throw misuse(400, `The idempotency key '${request.key}' was first used with other parameters.`);
  }
  return reply;
}

function misuse(status: number, message: string, code?: string): StripeError {
  return new StripeError(status, { type: 'idempotency_error', message, code });
}
