import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { serveHttp } from '../src/http';

/** One request; resolves with its body, rejects when the connection is refused or reset. */
const get = (port: number, agent?: Agent) =>
  new Promise<string>((resolve, reject) => {
    const req = httpRequest({ host: '127.0.0.1', port, agent }, (res) => {
      let body = '';
      res.on('data', (chunk: Buffer) => (body += chunk.toString()));
      res.on('end', () => (res.complete ? resolve(body) : reject(new Error('cut off'))));
      res.on('error', reject);
    });
    req.on('error', reject);
    req.end();
  });

describe('drain', () => {
  it('under load answers every accepted request in full, then refuses, and resets none', async () => {
    const server = await serveHttp(
      (_req, res) => {
        res.write('half');
        setTimeout(() => res.end('whole'), 30);
      },
      { host: '127.0.0.1', port: 0 },
    );
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const outcomes: string[] = [];
    let stop = false;
    const clients = Array.from({ length: 16 }, async () => {
      while (!stop) {
        outcomes.push(
          await get(server.port, agent).catch((error: NodeJS.ErrnoException) => String(error.code)),
        );
        if (outcomes.at(-1) === 'ECONNREFUSED') await delay(10);
      }
    });
    await delay(300);
    await server.drain(200);
    await delay(50);
    stop = true;
    await Promise.all(clients);
    agent.destroy();
    const count = (what: string) => outcomes.filter((outcome) => outcome === what).length;
    expect(count('halfwhole')).toBeGreaterThan(100);
    expect(count('ECONNREFUSED')).toBeGreaterThan(0);
    expect(count('halfwhole') + count('ECONNREFUSED')).toBe(outcomes.length);
  });

  it('waits for a slow answer that began before it', async () => {
    const server = await serveHttp((_req, res) => void setTimeout(() => res.end('late'), 500), {
      host: '127.0.0.1',
      port: 0,
    });
    const answer = get(server.port);
    await delay(50);
    await server.drain(0);
    await expect(answer).resolves.toBe('late');
  });
});
