import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createKeySource, createTokenSigner, createTokenVerifier, privateJwk } from '@gittix/common/auth';
import { createMemoryBus } from '@gittix/common/bus';
import { serveHttp } from '@gittix/common/http';
import { createLogger } from '@gittix/common/logging';
import { migrate } from '@gittix/common/migrations';
import { createRelay } from '@gittix/common/outbox';
import { testDatabase } from '@gittix/common/testing';
import { buildApp } from '../../src/app';
import { userModel } from '../../src/data/user-model';
import type { Deps } from '../../src/deps';
import { createPasswordHasher } from '../../src/passwords';
import { migrations } from '../../src/migrations';

/** A private signing key as the settings hold it. */
export function newKey(kid = 'test-key') {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateJwk.parse({ ...privateKey.export({ format: 'jwk' }), kid });
}

export const SESSION_SECONDS = 1_800;

/** The whole service but its bus: real database, real hashes, real HTTP on a port of its own, every log line kept. */
export async function openAuth(overrides: Partial<Deps> = {}) {
  const database = await testDatabase();
  const { connection } = database;
  const lines: string[] = [];
  const logger = createLogger({
    service: 'auth',
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  });
  const bus = createMemoryBus();
  const users = userModel(connection);
  await migrate({ connection, migrations, logger });
  const relay = createRelay({ bus, connection, collections: ['users'], logger });
  const key = newKey();
  const signer = (now = Date.now) =>
    createTokenSigner({ key, issuer: 'gittix', audience: 'gittix', seconds: SESSION_SECONDS, now });
  const tokens = signer();
  const verifier = createTokenVerifier({
    keys: createKeySource({ given: tokens.jwks, logger }),
    issuer: 'gittix',
    audience: 'gittix',
  });
  const deps: Deps = {
    users,
    relay,
    passwords: await createPasswordHasher({ atOnce: 2, mostWaiting: 128 }),
    tokens,
    sessionSeconds: SESSION_SECONDS,
    secureCookies: false,
    now: () => new Date(),
    newSessionId: () => randomUUID(),
    ...overrides,
  };
  const app = buildApp(deps, { logger, verifier, secureCookies: deps.secureCookies });
  const server = await serveHttp(app, { host: '127.0.0.1', port: 0 });
  const close = async () => {
    await server.drain();
    await relay.stop();
    await database.close();
  };
  return {
    url: `http://127.0.0.1:${server.port}`,
    deps,
    users,
    bus,
    relay,
    connection,
    databaseUrl: database.url,
    logger,
    lines,
    signer,
    close,
  };
}

export type AuthUnderTest = Awaited<ReturnType<typeof openAuth>>;
