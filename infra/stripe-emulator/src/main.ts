import { run } from '@gittix/common/lifecycle';
import { createLogger } from '@gittix/common/logging';
import { readConfig } from './config';
import { startEmulator } from './emulator';

const bootLogger = createLogger({ service: 'stripe-emulator' });

run(bootLogger, async (lifecycle) => {
  const config = readConfig();
  const logger = createLogger({ service: 'stripe-emulator', level: config.LOG_LEVEL });
  const { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } = config;
  const emulator = await startEmulator({
    host: config.HOST,
    port: config.PORT,
    keys: { secret: config.STRIPE_SECRET_KEY, publishable: config.STRIPE_PUBLISHABLE_KEY },
    ledgerFile: config.LEDGER_FILE,
    refundSettleMs: config.REFUND_SETTLE_MS,
    publicUrl: config.PUBLIC_URL,
    webhook: url !== undefined && secret !== undefined ? { url, secret } : undefined,
    logger,
  });
  lifecycle.onStop('emulator', () => emulator.close());
  logger.info({ url: emulator.url, webhooks: url !== undefined }, 'the Stripe emulator is ready');
});
