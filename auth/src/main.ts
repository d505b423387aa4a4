import { randomUUID } from 'node:crypto';
import { createTokenSigner } from '@gittix/common/auth';
import { run } from '@gittix/common/lifecycle';
import { createLogger } from '@gittix/common/logging';
import { openService } from '@gittix/common/service';
import { buildApp } from './app';
import { readConfig } from './config';
import { createModels } from './data';
import type { Deps } from './deps';
import { migrations } from './migrations';
import { createPasswordHasher } from './passwords';

const logger = createLogger({ service: 'auth' });

run(logger, async (lifecycle) => {
  const config = readConfig();
  logger.level = config.LOG_LEVEL;
  const tokens = createTokenSigner({
    key: config.JWT_PRIVATE_KEY,
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    seconds: config.SESSION_SECONDS,
  });
  const passwords = await createPasswordHasher({
    atOnce: config.HASH_CONCURRENCY,
    mostWaiting: config.HASH_QUEUE,
  });

  const service = await openService({
    name: 'auth',
    config: { ...config, JWKS: tokens.jwks },
    logger,
    lifecycle,
    migrations,
    models: createModels,
  });
  const relay = service.relay(['users']);

  const deps: Deps = {
    ...service.models,
    relay,
    passwords,
    tokens,
    sessionSeconds: config.SESSION_SECONDS,
    secureCookies: config.COOKIE_SECURE,
    now: () => new Date(),
    newSessionId: () => randomUUID(),
  };
  await service.serve(buildApp(deps, service.http));
});
