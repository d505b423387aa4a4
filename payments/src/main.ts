import { run } from '@gittix/common/lifecycle';
import { createLogger } from '@gittix/common/logging';
import { ensureIndexes } from '@gittix/common/mongo';
import { openService } from '@gittix/common/service';
import { buildApp } from './app';
import { readConfig } from './config';
import { orderCopyModel } from './data/order-model';
import { paymentModel } from './data/payment-model';
import { listeners } from './listeners';
import { createGateway, createHintReader, createStripe } from './stripe';
import { startSweeper } from './sweeper';
import { withReconciler } from './wire';

const logger = createLogger({ service: 'payments' });

run(logger, async (lifecycle) => {
  const config = readConfig();
  logger.level = config.LOG_LEVEL;
  const service = await openService({ name: 'payments', config, logger, lifecycle });
  const payments = paymentModel(service.connection);
  const orders = orderCopyModel(service.connection);
  await ensureIndexes([payments, orders]);
  const stripe = createStripe({ secretKey: config.STRIPE_SECRET_KEY, apiUrl: config.STRIPE_API_URL });
  const deps = withReconciler({
    payments,
    orders,
    relay: service.relay(['payments']),
    stripe: createGateway(stripe),
    readHint: createHintReader(stripe, config.STRIPE_WEBHOOK_SECRETS),
    checkout: { publishableKey: config.STRIPE_PUBLISHABLE_KEY, stripeJsUrl: config.STRIPE_JS_URL },
    orderWaitMs: 2_000,
    now: () => new Date(),
    logger,
  });
  lifecycle.onStop('reconciler', () => deps.reconciler.stop());
  await service.subscribe(listeners(deps));
  const sweeper = startSweeper(deps);
  lifecycle.onStop('sweeper', () => sweeper.stop());
  await service.serve(buildApp(deps, service.http));
});
