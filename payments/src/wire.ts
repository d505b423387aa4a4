import type { Deps, ReconcileDeps } from './deps';
import { createTurns } from './turns';
import { reconcile } from './use-cases/reconcile';

/** Reconciles under way at once; each is a few requests to Stripe. */
const CONCURRENCY = 16;

/** The dependencies of the use cases, with the turns that `reconcile` takes. */
export function withReconciler(deps: ReconcileDeps): Deps {
  const reconciler = createTurns({
    name: 'reconcile',
    work: (orderId) => reconcile(deps, orderId),
    concurrency: CONCURRENCY,
    logger: deps.logger,
  });
  return { ...deps, reconciler };
}
