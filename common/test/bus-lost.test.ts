import express from 'express';
import request from 'supertest';
import { z } from 'zod';
import { MemoryDeadLetters } from '../src/bus';
import { loadConfig } from '../src/config';
import { createHttpApp } from '../src/http';
import { Lifecycle } from '../src/lifecycle';
import { openHealth, openWorker, workerSettings } from '../src/service';
import {
  newId,
  openBreakableLink,
  silentLogger,
  testServer,
  testVerifier,
  waitFor,
  type BreakableLink,
} from '../src/testing';

let link: BreakableLink;
let lifecycle: Lifecycle;

beforeEach(async () => {
  link = await openBreakableLink(testServer('TEST_NATS_URL'));
  lifecycle = new Lifecycle(silentLogger);
});
afterEach(async () => {
  link.mend();
  await lifecycle.stop('end of the test');
  await link.close();
});

/** A service on the bus, with a clock that stands until the test moves it. */
async function openServed() {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const unique = newId();
  const config = loadConfig(z.object(workerSettings), {
    ...{ HOST: '127.0.0.1', INTERNAL_PORT: '0', NATS_URL: link.url },
    ...{ NATS_STREAM: `T${unique}`, NATS_SUBJECT_PREFIX: `t${unique}` },
  });
  const options = { name: 'shop', config, logger: silentLogger, lifecycle };
  const health = await openHealth('shop', config, lifecycle);
  const deadLetters = new MemoryDeadLetters();
  const worker = await openWorker({ ...options, health, deadLetters, clock: () => new Date(now) });
  const routes = express.Router();
  routes.all('/things', (_req, res) => void res.json({}));
  const { acceptsChanges } = worker;
  const app = createHttpApp({
    ...{ logger: silentLogger, verifier: testVerifier(), secureCookies: false, routes, acceptsChanges },
  });
  const ask = async (method: 'get' | 'post' | 'put' | 'delete') => {
    const { status, headers } = await request(app)[method]('/things');
    return status === 503 ? `503, again in ${headers['retry-after']} s` : status;
  };
  return {
    health,
    pass: (ms: number) => (now += ms),
    all: async () => [await ask('get'), await ask('post'), await ask('put'), await ask('delete')],
  };
}

describe('a service that has lost the bus', () => {
  it('stays ready and changes things for a minute, then only reads, and changes again as soon as the bus is back', async () => {
    const { health, pass, all } = await openServed();
    expect(health.readiness()).toMatchObject({ ready: true, degraded: [] });

    link.cut();
    await waitFor(() => health.readiness().degraded.length > 0);
    expect(health.readiness()).toEqual({ ready: true, missing: [], degraded: ['bus: not connected'] });
    pass(59_999);
    expect(await all()).toEqual([200, 200, 200, 200]);

    pass(1);
    const refused = '503, again in 5 s';
    expect(await all()).toEqual([200, refused, refused, refused]);
    expect(health.readiness().ready).toBe(true);

    link.mend();
    await waitFor(() => health.readiness().degraded.length === 0);
    expect(await all()).toEqual([200, 200, 200, 200]);
  });
});
