import Stripe from 'stripe';

export interface StripeOptions {
  secretKey: string;
  /** Where Stripe's API is; Stripe itself unless told. */
  apiUrl?: string | undefined;
  timeoutMs?: number;
}

/** A shopper waits for this, and an answer that is not there by then will be asked for again under the same key. */
const TIMEOUT_MS = 5_000;

/**
 * The SDK with the API version it is pinned to. Retries are ours, under keys that outlive the process; what the SDK does by
 * itself, repeating a request once whose connection broke, goes under the same key.
 */
export function createStripe({ secretKey, apiUrl, timeoutMs = TIMEOUT_MS }: StripeOptions): Stripe {
  return new Stripe(secretKey, {
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: timeoutMs,
    ...(apiUrl === undefined ? {} : addressOf(new URL(apiUrl))),
  });
}

function addressOf(url: URL): { protocol: 'http' | 'https'; host: string; port: string } {
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  return { protocol, host: url.hostname, port: url.port || (protocol === 'http' ? '80' : '443') };
}
