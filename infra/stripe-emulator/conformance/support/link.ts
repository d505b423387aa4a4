import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Exchange {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: string;
  status: number;
  answer: unknown;
}

export interface Link {
  url: string;
  /** Where it leads to; set it before the first request. */
  target: string;
  /** Every request that went through, and its answer, in order. */
  exchanges: Exchange[];
  close(): Promise<void>;
}

type Change = (exchange: Exchange) => void;

/** Passed on as they are; the rest belongs to the connection. */
const HEADERS = ['authorization', 'content-type', 'idempotency-key', 'stripe-version', 'stripe-signature'];

/** Stands between two programs, keeps what they say, and changes requests and answers as told. */
export async function openLink({ before, after }: { before?: Change; after?: Change } = {}): Promise<Link> {
  const pass = async (req: IncomingMessage, res: ServerResponse) => {
    const exchange: Exchange = {
      method: req.method ?? '',
      path: req.url ?? '',
      headers: Object.fromEntries(
        HEADERS.flatMap((name) => (req.headers[name] ? [[name, String(req.headers[name])]] : [])),
      ),
      body: await text(req),
      status: 0,
      answer: undefined,
    };
    before?.(exchange);
    const response = await send(link.target, exchange);
    exchange.status = response.status;
    const answer = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && answer !== '';
    exchange.answer = isJson ? JSON.parse(answer) : answer;
    after?.(exchange);
    link.exchanges.push(exchange);
    for (const [name, value] of response.headers) {
      if (/^(idempotent-replayed|original-request|request-id|stripe-should-retry|content-type)$/.test(name)) {
        res.setHeader(name, value);
      }
    }
    res.writeHead(exchange.status).end(isJson ? JSON.stringify(exchange.answer) : answer);
  };
  const server = createServer((req, res) => {
    // Nobody answers at the other end: neither do we.
    pass(req, res).catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const link: Link = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: '',
    exchanges: [],
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return link;
}

/** Sends a request, the same as it was, to another server. */
export function send(to: string, { method, path, headers, body }: Exchange): Promise<Response> {
  return fetch(`${to}${path}`, { method, headers, ...(method !== 'GET' && { body }) });
}
