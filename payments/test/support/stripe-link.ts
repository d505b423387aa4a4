import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenLocally } from './local-server';

/**
 * cut_before, cut_after: the connection breaks before Stripe hears of the request, or after it has done it. error_before,
 * error_after: the same with a 500, which is replayed under its key as Stripe does. hold: done, but not answered.
 */
export type Trouble = 'cut_before' | 'cut_after' | 'error_before' | 'error_after' | 'hold';

export interface StripeLink {
  url: string;
  /** The next requests whose method, path and key match meet this trouble; two unless told, for the SDK tries a cut twice. */
  next(pattern: RegExp, trouble: Trouble, times?: number): void;
  /** While true every connection breaks. */
  down: boolean;
  /** Method, path and key of each request that got this far. */
  readonly requests: string[];
  close(): Promise<void>;
}

const SORRY = JSON.stringify({ error: { type: 'api_error', message: 'Something went wrong on our end.' } });

/** A wire between the SDK and Stripe on which things go wrong as they do on the way to the real one. */
export async function openStripeLink(target: string): Promise<StripeLink> {
  const troubles: { pattern: RegExp; trouble: Trouble }[] = [];
  const stored500s = new Set<string>();

  const handle = async (req: IncomingMessage, res: ServerResponse) => {
    const key = String(req.headers['idempotency-key'] ?? '');
    const line = `${req.method} ${req.url} ${key}`.trim();
    link.requests.push(line);
    const body = await buffer(req);
    if (link.down) return void req.socket.destroy();
    if (stored500s.has(key)) return sayError(res, true);
    const at = troubles.findIndex(({ pattern }) => pattern.test(line));
    const trouble = at < 0 ? undefined : troubles.splice(at, 1)[0]?.trouble;
    if (trouble === 'cut_before') return void req.socket.destroy();
    if (trouble?.startsWith('error') && key) stored500s.add(key);
    if (trouble === 'error_before') return sayError(res, false);
    const answer = await forward(target, req, body);
    if (trouble === 'cut_after') return void req.socket.destroy();
    if (trouble === 'error_after') return sayError(res, false);
    if (trouble === 'hold') return;
    res.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const server = await listenLocally((req, res) => {
    handle(req, res).catch(() => req.socket.destroy());
  });
  const link: StripeLink = {
    url: server.url,
    next: (pattern, trouble, times = trouble.startsWith('cut') ? 2 : 1) => {
      for (let n = 0; n < times; n++) troubles.push({ pattern, trouble });
    },
    down: false,
    requests: [],
    close: () => server.close(),
  };
  return link;
}

function sayError(res: ServerResponse, replayed: boolean): void {
  const headers = {
    'content-type': 'application/json',
    ...(replayed ? { 'idempotent-replayed': 'true' } : {}),
  };
  res.writeHead(500, headers).end(SORRY);
}

async function forward(target: string, req: IncomingMessage, body: Buffer) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const { method, headers, url } = req;
    request(new URL(url ?? '/', target), { method, headers }, resolve)
      .on('error', reject)
      .end(body);
  });
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
}
