import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ConfigError, loadConfig, mongoSettings, processSettings, tokenSettings } from '../src/config';
import { Health, serveHealth } from '../src/health';
import { Lifecycle, repeat, retryUntilReady } from '../src/lifecycle';
import { createLogger, logContext, withLogContext } from '../src/logging';
import { silentLogger, waitFor } from '../src/testing';

describe('loadConfig', () => {
  const schema = z.object({ ...processSettings, ...mongoSettings, ...tokenSettings });

  it('reads a typed configuration with its defaults; empty counts as unset', () => {
    const config = loadConfig(schema, {
      MONGO_URL: 'mongodb://localhost/x',
      PORT: '4000',
      LOG_LEVEL: '',
      JWKS: '{"keys":[]}',
    });
    expect(config).toMatchObject({ PORT: 4000, INTERNAL_PORT: 9090, LOG_LEVEL: 'info', JWKS: { keys: [] } });
  });

  it('lists every bad key at once and never a value', () => {
    const load = () => loadConfig(schema, { PORT: 'secret-a', LOG_LEVEL: 'secret-b', JWKS: 'secret-c' });
    expect(load).toThrow(ConfigError);
    try {
      load();
    } catch (error) {
      const { problems } = error as ConfigError;
      expect(problems.map((problem) => problem.split(':')[0])).toEqual([
        'PORT',
        'LOG_LEVEL',
        'MONGO_URL',
        'JWKS',
      ]);
      expect(problems[2]).toContain('is required');
      expect(String(error)).not.toContain('secret');
    }
  });
});

describe('Lifecycle', () => {
  it('stops in reverse order, once, past a failing and a hanging step', async () => {
    const order: string[] = [];
    const lifecycle = new Lifecycle(silentLogger, 50);
    lifecycle.onStop('first', () => void order.push('first'));
    lifecycle.onStop('hanging', () => new Promise(() => undefined));
    lifecycle.onStop('failing', () => Promise.reject(new Error('no')));
    lifecycle.onStop('last', () => void order.push('last'));
    await Promise.all([lifecycle.stop('test'), lifecycle.stop('again')]);
    expect(order).toEqual(['last', 'first']);
    expect(lifecycle.signal.aborted).toBe(true);
  });
});

describe('retryUntilReady', () => {
  it('tries until it works', async () => {
    let tries = 0;
    const attempt = () =>
      (tries += 1) < 2 ? Promise.reject(new Error('not yet')) : Promise.resolve('there');
    await expect(retryUntilReady('it', silentLogger, attempt)).resolves.toBe('there');
  });

  it('ends when the process stops meanwhile', async () => {
    const abort = new AbortController();
    const waiting = retryUntilReady(
      'it',
      silentLogger,
      () => Promise.reject(new Error('never')),
      abort.signal,
    );
    setTimeout(() => abort.abort(new Error('SIGTERM')), 20);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('repeat', () => {
  it('goes on after a failure and stops for good', async () => {
    let rounds = 0;
    const repeating = repeat({
      name: 'test',
      everyMs: 5,
      logger: silentLogger,
      work: () => ((rounds += 1) === 1 ? Promise.reject(new Error('once')) : Promise.resolve()),
    });
    await waitFor(() => rounds >= 3);
    await repeating.stop();
    const after = rounds;
    await delay(30);
    expect(rounds).toBe(after);
  });
});

describe('health', () => {
  it('says what is missing, and forgives at-start checks once they were met', async () => {
    const health = new Health('test');
    let database: true | string = 'not connected';
    let bus: true | string = true;
    health.add({ name: 'database', needed: 'always', test: () => database });
    health.add({ name: 'bus', needed: 'at-start', test: () => bus });
    const server = await serveHealth(health, { host: '127.0.0.1', port: 0 });
    const ready = async () => {
      const answer = await fetch(`http://127.0.0.1:${server.port}/readyz`);
      return [answer.status, await answer.json()] as [number, unknown];
    };
    expect(await ready()).toEqual([
      503,
      { ready: false, missing: ['database: not connected'], degraded: [] },
    ]);
    database = true;
    bus = 'not connected';
    expect(await ready()).toEqual([200, { ready: true, missing: [], degraded: ['bus: not connected'] }]);
    health.drain();
    expect((await ready())[0]).toBe(503);
    expect((await fetch(`http://127.0.0.1:${server.port}/livez`)).status).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
    expect(metrics).toContain('process_cpu_seconds_total{service="test"}');
    await server.close();
  });
});

describe('logging', () => {
  it('puts the ids at hand on each line and redacts secrets', () => {
    const lines: string[] = [];
    const destination = new Writable({
      write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()),
    });
    const logger = createLogger({ service: 'test', destination });
    withLogContext({ requestId: 'r1' }, () =>
      logger.info({ password: 'hunter22', user: { jwt: 'abc' } }, 'hello'),
    );
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      service: 'test',
      requestId: 'r1',
      msg: 'hello',
      password: '[redacted]',
    });
    expect(lines[0]).not.toMatch(/hunter22|abc/);
  });

  it('continues the trace it was given and begins one otherwise', () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const seen = withLogContext(
      { traceparent: `00-${trace}-00f067aa0ba902b7-00` },
      () => logContext().traceparent,
    );
    expect(seen).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`));
    expect(withLogContext({}, () => logContext().traceparent)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
