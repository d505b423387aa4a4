import { once } from 'node:events';
import { type IncomingMessage, request, type RequestListener } from 'node:http';
import { connect, createServer } from 'node:net';
import { problem } from '@gittix/common/api';
import { waitFor } from '@gittix/common/testing';
import type { Ingress } from '../src/proxy/ingress';
import { type Proxy, startProxy } from '../src/proxy/proxy';
import { Upstreams } from '../src/proxy/upstreams';
import { stablePorts } from '../src/servers/ports';
import { listen, readBody, send } from './support/http';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const LIMITS = {
  maxBodyBytes: 4 * 1024 ** 2,
  connectTimeoutMs: 60_000,
  readTimeoutMs: 60_000,
  nextUpstreamMs: 30_000,
};

async function upstream(listener: RequestListener): Promise<number> {
  const { port, close } = await listen(listener);
  closing.push(close);
  return port;
}

function shop(ports: number[]): Upstreams {
  const upstreams = new Upstreams();
  for (const port of ports) upstreams.add('shop', { host: '127.0.0.1', port });
  return upstreams;
}

async function proxyTo(ports: number[], limits: Partial<Ingress> = {}): Promise<Proxy> {
  const proxy = await startProxy({
    ingress: { routes: [{ path: '/', exact: false, service: 'shop' }], ...LIMITS, ...limits },
    upstreams: shop(ports),
    host: '127.0.0.1',
    port: 0,
  });
  closing.push(() => proxy.close());
  return proxy;
}

describe('what a service gets', () => {
  const echo: RequestListener = (req, res) => {
    void readBody(req).then((body) => {
      res.end(JSON.stringify({ method: req.method, url: req.url, headers: req.headers, body }));
    });
  };

  it('is the path, Host and body byte for byte', async () => {
    const { port } = await proxyTo([await upstream(echo)]);
    const path = '/a%2Fb//c/../d?q=%20+&x=[1]';
    const answer = await send(port, { method: 'POST', path, headers: { Host: 'shop.example' }, body: 'näh' });
    expect(JSON.parse(answer.body)).toMatchObject({
      method: 'POST',
      url: path,
      body: 'näh',
      headers: { host: 'shop.example' },
    });
  });

  it('has X-Forwarded-* of the proxy, whatever the client claims', async () => {
    const { port } = await proxyTo([await upstream(echo)]);
    const answer = await send(port, {
      headers: {
        'X-Forwarded-For': '6.6.6.6',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'evil.example',
        'X-Real-IP': '6.6.6.6',
        Forwarded: 'for=6.6.6.6',
        Connection: 'X-Hop',
        'X-Hop': 'one hop only',
      },
    });
    const { headers } = JSON.parse(answer.body) as { headers: Record<string, string> };
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': headers.host,
      'x-real-ip': '127.0.0.1',
    });
    expect(headers.forwarded).toBeUndefined();
    expect(headers['x-hop']).toBeUndefined();
  });

  it.each(['POST', 'DELETE'])('has no body announced when a %s has none', async (method) => {
    const { port } = await proxyTo([await upstream(echo)]);
    const { headers } = JSON.parse((await send(port, { method })).body) as {
      headers: Record<string, string>;
    };
    expect(headers['transfer-encoding']).toBeUndefined();
    expect(headers['content-length']).toBe('0');
  });

  it('has the body of a GET framed, so that it is never taken for the next request', async () => {
    const seen: string[] = [];
    const target = await upstream((req, res) => {
      seen.push(`${req.method} ${req.url}`);
      echo(req, res);
    });
    const { port } = await proxyTo([target]);
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
    const answer = await send(port, { headers: { 'Transfer-Encoding': 'chunked' }, body: smuggled });
    expect(JSON.parse(answer.body)).toMatchObject({ body: smuggled });
    expect(seen).toEqual(['GET /']);
  });
});

describe('what a client gets', () => {
  it('is status, repeated headers and body as they are', async () => {
    const target = await upstream((_req, res) => {
      res.writeHead(201, 'Made', ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Case', 'Kept']);
      res.end('done');
    });
    const { port } = await proxyTo([target]);
    const answer = await send(port);
    expect(answer).toMatchObject({ status: 201, body: 'done' });
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.rawHeaders).toContain('X-Case');
  });

  it('is 503 problem+json with Retry-After when no replica answers', async () => {
    const { port } = await proxyTo(await stablePorts(2));
    const answer = await send(port, { method: 'POST', body: 'x', headers: { 'X-Request-Id': 'mine' } });
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({ 'retry-after': '1', 'content-type': /problem\+json/ as never });
    expect(problem.parse(JSON.parse(answer.body))).toMatchObject({ code: 'unavailable', requestId: 'mine' });
  });

  it('is 400 for an address that is none', async () => {
    const { port } = await proxyTo([await upstream((_req, res) => res.end())]);
    await expect(send(port, { path: '/%zz' })).resolves.toMatchObject({ status: 400 });
  });

  it('is a stream as it is written, which ends at the service when the client leaves', async () => {
    let left = false;
    const target = await upstream((req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      res.write('data: one\n\n');
      req.once('close', () => (left = true));
    });
    const { port } = await proxyTo([target]);
    const abort = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/events`, { signal: abort.signal });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value as Uint8Array)).toBe('data: one\n\n');
    abort.abort();
    await waitFor(() => left, { what: 'the service to see the client leave' });
  });

  it('is a cut connection, not half an answer that looks whole, when a service dies in the middle', async () => {
    const target = await upstream((_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/plain' });
      res.write('half', () => res.socket?.destroy());
    });
    const { port } = await proxyTo([target]);
    await expect(send(port)).rejects.toThrow(/aborted|hang up|reset/i);
  });

  it('is 503 when a service stays silent for longer than the manifest allows', async () => {
    const { port } = await proxyTo([await upstream(() => undefined)], { readTimeoutMs: 100 });
    await expect(send(port)).resolves.toMatchObject({ status: 503 });
  });
});

describe('a replica that hangs', () => {
  it('is waited for once, though the request could be sent again: 503 within its time', async () => {
    let asked = 0;
    const hanging = await upstream((req, res) => {
      if (req.url === '/first') res.end('a connection that is kept and used again');
      else asked += 1;
    });
    const { port } = await proxyTo([hanging], { readTimeoutMs: 500, nextUpstreamMs: 400 });
    await send(port, { path: '/first' });
    const answer = await send(port);
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(problem.parse(JSON.parse(answer.body)).code).toBe('unavailable');
    // For a second wait it would be asked again.
    expect(asked).toBe(1);
  });
});

describe('a replica that hangs and then dies', () => {
  it('is followed by no other when its time is over: nobody waits twice', async () => {
    let asked = 0;
    const dying = await upstream((req, res) => {
      if (req.url === '/first') return void res.end('a connection that is kept and used again');
      asked += 1;
      setTimeout(() => req.socket.destroy(), 150);
    });
    const { port } = await proxyTo([dying], { nextUpstreamMs: 100 });
    await send(port, { path: '/first' });
    await expect(send(port)).resolves.toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(asked).toBe(1);
  });
});

describe('replicas', () => {
  it('are taken in turn', async () => {
    const named = (name: string) => upstream((_req, res) => res.end(name));
    const { port } = await proxyTo([await named('a'), await named('b')]);
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push((await send(port)).body);
    expect(answers).toEqual(['a', 'b', 'a', 'b']);
  });

  it('that break off without an answer are followed by the next for a GET, and never for a POST without a key', async () => {
    const asked: string[] = [];
    const dying = await upstream((req) => {
      asked.push(`dying ${req.method}`);
      req.socket.destroy();
    });
    const alive = await upstream((req, res) => {
      asked.push(`alive ${req.method}`);
      res.end('alive');
    });
    await expect(send((await proxyTo([dying, alive])).port)).resolves.toMatchObject({
      status: 200,
      body: 'alive',
    });
    const post = await send((await proxyTo([dying, alive])).port, { method: 'POST' });
    expect(post).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(asked).toEqual(['dying GET', 'alive GET', 'dying POST']);
  });

  it('that take no connection are passed over, for a POST with its body too', async () => {
    const alive = await upstream((req, res) => void readBody(req).then((body) => res.end(body)));
    const [dead = 0] = await stablePorts(1);
    const { port } = await proxyTo([dead, alive]);
    for (let i = 0; i < 4; i++) {
      await expect(send(port, { method: 'POST', body: `order ${i}` })).resolves.toMatchObject({
        body: `order ${i}`,
      });
    }
  });

  const key = { 'Idempotency-Key': 'click-1' };
  it.each([
    ['a POST under an Idempotency-Key', { method: 'POST', headers: key }],
    ['a PUT', { method: 'PUT' }],
    ['a DELETE', { method: 'DELETE', headers: { 'Content-Length': '300000' } }],
    [
      'a POST in chunks under an Idempotency-Key',
      { method: 'POST', headers: { ...key, 'Transfer-Encoding': 'chunked' } },
    ],
  ])('that break off are followed by the next for %s, with the whole body', async (_what, wanted) => {
    const dying = await upstream((req) => void readBody(req).then(() => req.socket.destroy()));
    const alive = await upstream(
      (req, res) => void readBody(req).then((body) => res.end(`${req.method} ${body}`)),
    );
    const { port } = await proxyTo([dying, alive]);
    const body = 'x'.repeat(300_000);
    await expect(send(port, { ...wanted, body })).resolves.toMatchObject({
      status: 200,
      body: `${wanted.method} ${body}`,
    });
  });

  it('that break off in the middle of a request are followed by the next, which gets it from its beginning', async () => {
    const dying = await upstream((req) => req.once('data', () => req.socket.destroy()));
    const alive = await upstream((req, res) => void readBody(req).then((body) => res.end(body)));
    const { port } = await proxyTo([dying, alive]);
    const sending = request({ port, method: 'POST', headers: key });
    sending.write('first ');
    // The rest comes when the first replica is gone.
    setTimeout(() => sending.end('second'), 100);
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    expect([answer.statusCode, await readBody(answer)]).toEqual([200, 'first second']);
  });

  /** Two that get every request and answer none. */
  async function breakingOff() {
    const seen = { requests: 0 };
    const one = () =>
      upstream((req) => {
        seen.requests += 1;
        req.socket.destroy();
      });
    return { seen, proxy: await proxyTo([await one(), await one()]) };
  }

  it('that all break off leave a 503, after each was asked and the first once more', async () => {
    const { seen, proxy } = await breakingOff();
    const answer = await send(proxy.port, { method: 'POST', headers: key, body: 'order' });
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(seen.requests).toBe(3);
  });

  it('never get a POST without a key again that one of them may have got', async () => {
    const { seen, proxy } = await breakingOff();
    const answer = await send(proxy.port, { method: 'POST', body: 'pay' });
    expect(answer).toMatchObject({ status: 503 });
    expect(seen.requests).toBe(1);
  });
});

describe('large bodies', () => {
  it('are streamed', async () => {
    const target = await upstream(
      (req, res) => void readBody(req).then((body) => res.end(String(body.length))),
    );
    const { port } = await proxyTo([target]);
    const body = Buffer.alloc(3 * 1024 ** 2, 'x');
    await expect(send(port, { method: 'POST', body })).resolves.toMatchObject({ body: String(body.length) });
  });

  it('that a service refuses early are drained, so that the client reads the refusal', async () => {
    const target = await upstream((req, res) => {
      res.writeHead(413, { 'Content-Type': 'application/problem+json' });
      res.end('{"code":"body_too_large"}');
      req.resume();
    });
    const { port } = await proxyTo([target]);
    const body = Buffer.alloc(4 * 1024 ** 2, 'x');
    for (let i = 0; i < 5; i++) {
      await expect(send(port, { method: 'POST', body })).resolves.toMatchObject({ status: 413 });
    }
  });

  it.each([{}, { 'Transfer-Encoding': 'chunked' }])(
    'over the limit of the manifest get 413 (%j)',
    async (headers) => {
      const target = await upstream((req, res) => req.on('end', () => res.end()).resume());
      const { port } = await proxyTo([target], { maxBodyBytes: 1024 ** 2 });
      const body = Buffer.alloc(5 * 1024 ** 2, 'x');
      const answer = await send(port, { method: 'POST', body, headers });
      expect(answer.status).toBe(413);
      expect(problem.parse(JSON.parse(answer.body)).code).toBe('body_too_large');
    },
  );
});

describe('WebSocket', () => {
  async function upgrade(port: number, protocol = 'websocket') {
    const socket = connect(port, '127.0.0.1');
    closing.push(() => Promise.resolve(void socket.destroy()));
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.write(`GET /_next/hmr HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`);
    await waitFor(() => received.includes('\r\n\r\n'), { what: 'the answer to the upgrade' });
    return { socket, received: () => received };
  }

  it('is passed on, bytes both ways', async () => {
    const { port: target, server, close } = await listen((_req, res) => res.end());
    closing.push(close);
    server.on('upgrade', (_req, socket) => {
      closing.push(() => Promise.resolve(void socket.destroy()));
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.on('data', (chunk: Buffer) => socket.write(`echo ${chunk.toString()}`));
    });
    const { port } = await proxyTo([target]);
    const { socket, received } = await upgrade(port);
    expect(received()).toMatch(/^HTTP\/1\.1 101/);
    socket.write('hello');
    await waitFor(() => received().endsWith('echo hello'), { what: 'the echo' });
  });

  it.each([
    ['of a dead service is 503', 'websocket', /^HTTP\/1\.1 503/],
    ['to anything else is refused', 'h2c', /^HTTP\/1\.1 400/],
  ])('%s', async (_name, protocol, expected) => {
    const { port } = await proxyTo(await stablePorts(1));
    expect((await upgrade(port, protocol)).received()).toMatch(expected);
  });
});

describe('stopping', () => {
  it('lets open requests finish and takes no new connection', async () => {
    let finish: (() => void) | undefined;
    const { port, stopAccepting } = await proxyTo([
      await upstream((_req, res) => {
        finish = () => res.end('whole');
      }),
    ]);
    const open = send(port);
    await waitFor(() => finish, { what: 'the request to arrive' });
    const stopped = stopAccepting();
    await expect(send(port)).rejects.toThrow(/ECONNREFUSED/);
    finish?.();
    const answer = await open;
    expect(answer).toMatchObject({ body: 'whole', headers: { connection: 'close' } });
    await stopped;
  });

  it('rejects a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      server.close();
      await once(server, 'close');
    });
    const { port } = server.address() as { port: number };
    const ingress = { routes: [], ...LIMITS };
    const starting = startProxy({ ingress, upstreams: new Upstreams(), host: '127.0.0.1', port });
    await expect(starting).rejects.toThrow(/EADDRINUSE/);
  });
});
