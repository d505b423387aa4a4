import type { Decline } from '../domain/cards';
import { invalidRequest, StripeError } from '../stripe-error';
import type { Faults, Hit } from './faults';
import type { RequestFault } from './schema';

/** How a request runs otherwise than it would. */
export interface Twist {
  /** The card, or the capture, is declined whatever the card is. */
  declined?: Decline;
  /** The answer, kept under the Idempotency-Key; `effect` says whether the request is executed all the same. */
  instead?: { error: StripeError; effect: boolean };
}

/** Runs a request as the fault that hit it wants; without one, as it is. */
export async function aroundRequest<T>(
  faults: Faults,
  hit: Hit<RequestFault> | undefined,
  run: (twist: Twist) => Promise<T>,
): Promise<T> {
  if (!hit) return run({});
  const { fault } = hit;
  hit.count();
  switch (fault.fault) {
    case 'rate_limit':
      throw invalidRequest('Too many requests at once; try again more slowly.', {
        status: 429,
        code: 'rate_limit',
      });
    case 'decline':
      return run({ declined: decline(fault.decline_code) });
    case 'capture_failure':
      return run({ declined: decline('generic_decline') });
    case 'hang': {
      if (fault.when === 'before') {
        await faults.pause(fault.seconds);
        return run({});
      }
      const answer = await run({});
      await faults.pause(fault.seconds);
      return answer;
    }
    case 'error': {
      const error = new StripeError(fault.status, {
        type: 'api_error',
        message: 'Something went wrong on our side, on purpose.',
      });
      const effect = fault.when === 'after';
      if (fault.stored) return run({ instead: { error, effect } });
      if (effect) await run({});
      throw error;
    }
  }
}

function decline(declineCode: string): Decline {
  return { code: 'card_declined', declineCode, message: 'Your card was declined.' };
}
