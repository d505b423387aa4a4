import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { serveHttp } from '../src/http';
import { waitFor } from '../src/testing';

/**
 * Sixteen keep-alive clients in a thread of their own, as busy as they can, until told that the server is no longer ready, as
 * a load balancer would be; then they knock once more each, after the listener closed. Says when it has heard that, and at the end how each
 * request ended.
 */
const CLIENTS = `
const { Agent, request } = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
let stop = false;
let going = 16;
let closed;
const afterClose = new Promise((resolve) => (closed = resolve));
parentPort.on('message', (what) => (what === 'closed' ? closed() : (stop = true)));
const get = () =>
  new Promise((resolve) => {
    const req = request({ host: '127.0.0.1', port: workerData, agent }, (res) => {
      let body = '';
      res.on('data', (chunk) => (body += chunk));
      res.on('end', () => resolve(res.complete ? body : 'cut off'));
      res.on('error', (error) => resolve(error.code));
    });
    req.on('error', (error) => resolve(error.code));
    req.end();
  });
const client = async (outcomes) => {
  const once = async () => {
    const outcome = await get();
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };
  while (!stop) await once();
  if ((going -= 1) === 0) parentPort.postMessage('stopped');
  await afterClose;
  await once();
};
const outcomes = {};
Promise.all(Array.from({ length: 16 }, () => client(outcomes))).then(() => {
  agent.destroy();
  parentPort.postMessage(outcomes);
  parentPort.close();
});
`;

describe('an idle connection', () => {
  it("is kept longer than by any load balancer before us: Google's keeps one for 600 s", async () => {
    const server = await serveHttp((_req, res) => res.end(), { host: '127.0.0.1', port: 0 });
    const { headers } = await fetch(`http://127.0.0.1:${server.port}`);
    expect(Number(/timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThan(600);
    await server.drain();
  });
});

describe('drain', () => {
  it('under load answers every accepted request in full, then refuses, and resets none', async () => {
    let accepted = 0;
    const server = await serveHttp(
      (_req, res) => {
        accepted += 1;
        res.write('half');
        setTimeout(() => res.end('whole'), 30);
      },
      { host: '127.0.0.1', port: 0 },
    );
    const clients = new Worker(CLIENTS, { eval: true, workerData: server.port });
    await waitFor(() => accepted > 200);
    let endGrace = () => {};
    const drained = server.drain(new Promise<void>((resolve) => (endGrace = resolve)));
    await waitFor(() => accepted > 300);
    clients.postMessage('not ready');
    // That the grace lasts until everybody has heard is what it is there for.
    expect(await once(clients, 'message')).toEqual(['stopped']);
    endGrace();
    await drained;
    clients.postMessage('closed');
    const [outcomes] = (await once(clients, 'message')) as [Record<string, number>];
    const { halfwhole, ECONNREFUSED, ...others } = outcomes;
    expect(halfwhole).toBe(accepted);
    expect(ECONNREFUSED).toBe(16);
    expect(others).toEqual({});
  });

  it('waits for a slow answer that began before it', async () => {
    let asked = false;
    const late: RequestListener = (_req, res) => {
      asked = true;
      setTimeout(() => res.end('late'), 500);
    };
    const server = await serveHttp(late, { host: '127.0.0.1', port: 0 });
    const answer = fetch(`http://127.0.0.1:${server.port}`).then((res) => res.text());
    await waitFor(() => asked);
    await server.drain();
    await expect(answer).resolves.toBe('late');
  });

  it('does not wait for who has connected and says nothing, as browsers do to be quicker later', async () => {
    const server = await serveHttp((_req, res) => res.end(), { host: '127.0.0.1', port: 0 });
    const silent = connect(server.port, '127.0.0.1');
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    const since = performance.now();
    await server.drain();
    // After ten it would end whatever is open.
    expect(performance.now() - since).toBeLessThan(9_000);
    await closed;
  });

  it('answers who has connected before and begins to speak only now, in two parts', async () => {
    const server = await serveHttp((_req, res) => res.end('heard'), { host: '127.0.0.1', port: 0 });
    const slow = connect(server.port, '127.0.0.1');
    await once(slow, 'connect');
    let endGrace = () => {};
    const drained = server.drain(new Promise<void>((resolve) => (endGrace = resolve)));
    slow.write('GET / HTTP/1.1\r\nHost: x\r\n');
    endGrace();
    // Longer than silence is taken for nothing to say.
    await delay(1_500);
    slow.write('\r\n');
    expect(String(await buffer(slow))).toContain('heard');
    await drained;
  });
});
