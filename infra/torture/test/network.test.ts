import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Link } from '../src/network/link';
import { poll } from '../src/poll';

const never = new AbortController().signal;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A link to a server that sends back what it gets. */
async function linkToEcho(): Promise<Link> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const link = await Link.open(() => (server.address() as AddressInfo).port);
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    return once(server, 'close');
  });
  closing.push(() => link.close());
  return link;
}

class Client {
  heard = '';
  error = '';
  closed = false;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.on('data', (bytes) => (this.heard += bytes.toString()));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code ?? ''));
    this.socket.on('close', () => (this.closed = true));
    closing.push(() => Promise.resolve(this.socket.destroy()));
  }

  say(words: string): this {
    this.socket.write(words);
    return this;
  }

  hears(words: string): Promise<boolean> {
    return poll(() => this.heard === words, {
      timeoutMs: 40_000,
      everyMs: 5,
      what: () => `heard "${this.heard}"`,
    });
  }

  isCut(): Promise<boolean> {
    return poll(() => this.closed, { timeoutMs: 40_000, everyMs: 5, what: () => 'still open' });
  }
}

describe('a link', () => {
  it('passes everything on, in order, both ways, and the end', async () => {
    const link = await linkToEcho();
    const client = new Client(link.port);
    const words = Array.from({ length: 300 }, (_, index) => `${index} ${'x'.repeat(20_000)};`);
    for (const word of words) client.say(word);
    await client.hears(words.join(''));
    client.socket.end();
    await client.isCut();
    expect(client.error).toBe('');
  });

  it('cut, resets what is open and refuses what comes, and then connects again', async () => {
    const link = await linkToEcho();
    const open = new Client(link.port).say('hello');
    await open.hears('hello');
    const over = new AbortController();
    const hits = link.cut(60_000, over.signal);
    await open.isCut();
    expect(open.error).toBe('ECONNRESET');
    const refused = new Client(link.port).say('hello?');
    await refused.isCut();
    expect(refused.heard).toBe('');
    over.abort();
    await expect(hits).resolves.toBe(2);
    await new Client(link.port).say('again').hears('again');
  });

  it('slow, is late each way', async () => {
    const link = await linkToEcho();
    const client = new Client(link.port).say('a');
    await client.hears('a');
    const over = new AbortController();
    const hits = link.slow(60_000, 60, over.signal);
    const since = performance.now();
    await client.say('b').hears('ab');
    expect(performance.now() - since).toBeGreaterThanOrEqual(120);
    over.abort();
    await expect(hits).resolves.toBeGreaterThanOrEqual(2);
  });

  it('stalled, holds everything on an open connection, and then lets it through in order', async () => {
    const link = await linkToEcho();
    const client = new Client(link.port).say('a');
    await client.hears('a');
    const over = new AbortController();
    const hits = link.stall(60_000, over.signal);
    client.say('b').say('c');
    // Whoever comes meanwhile is taken, and hears nothing either.
    const late = new Client(link.port).say('d');
    await once(late.socket, 'connect');
    await expect(Promise.race([client.hears('abc'), late.hears('d'), silence(150)])).resolves.toBe('silence');
    over.abort();
    await client.hears('abc');
    await late.hears('d');
    await expect(hits).resolves.toBeGreaterThanOrEqual(2);
  });

  it('to a server that is not there resets who comes', async () => {
    const link = await Link.open(() => undefined);
    closing.push(() => link.close());
    const client = new Client(link.port);
    await client.isCut();
    expect(client.heard).toBe('');
  });

  it('is as it was when several faults at once are over', async () => {
    const link = await linkToEcho();
    await Promise.all([
      link.stall(20, never),
      link.slow(30, 300_000, never),
      link.slow(10, 600_000, never),
      link.cut(15, never),
    ]);
    // Whatever was left of them would last for longer than anybody here waits.
    const client = new Client(link.port).say('a');
    await client.hears('a');
    await client.say('b').hears('ab');
  });
});

const silence = (ms: number) => new Promise((resolve) => setTimeout(() => resolve('silence'), ms));
