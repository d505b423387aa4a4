import type { Logger } from '@gittix/common/logging';
import type { Relay } from '@gittix/common/outbox';
import type { readConfig } from './config';
import type { Deps } from './deps';
import { createGateway, createHintReader, createNewsList, createStripe, createStripeBooks } from './stripe';
import { createTurns } from './turns';
import { reconcile } from './use-cases/reconcile';

/** Reconciles under way at once; each is a few requests to Stripe. */
const CONCURRENCY = 16;

/** The dependencies of the use cases, with the turns that `reconcile` takes. */
export function withReconciler(deps: Omit<Deps, 'reconciler'>): Deps {
  const reconciler = createTurns({
    name: 'reconcile',
    work: (orderId) => reconcile(deps, orderId),
    concurrency: CONCURRENCY,
    logger: deps.logger,
  });
  return { ...deps, reconciler };
}

/** What the use cases work with, in the service and in its commands. */
export function createDeps(parts: {
  models: Pick<Deps, 'payments' | 'orders'>;
  relay: Relay;
  logger: Logger;
  config: ReturnType<typeof readConfig>;
}): Deps {
  const { models, relay, logger, config } = parts;
  const stripe = createStripe({ secretKey: config.STRIPE_SECRET_KEY, apiUrl: config.STRIPE_API_URL });
  return withReconciler({
    ...models,
    relay,
    stripe: createGateway(stripe),
    readHint: createHintReader(stripe, config.STRIPE_WEBHOOK_SECRETS),
    listNews: createNewsList(stripe),
    books: createStripeBooks(stripe),
    checkout: { publishableKey: config.STRIPE_PUBLISHABLE_KEY, stripeJsUrl: config.STRIPE_JS_URL },
    orderWaitMs: 2_000,
    now: () => new Date(),
    logger,
  });
}
