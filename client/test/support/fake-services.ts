import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

interface RecordedAnswer {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Closes the connection instead of answering. */
  hangUp?: boolean;
  /** Never answers. */
  silent?: boolean;
}

export interface FakeServices {
  url: string;
  seen: SeenRequest[];
  /** Answers `method path` (query left out) from now on; with `times` only so often, then as before. */
  answer(route: string, answer: RecordedAnswer, times?: number): void;
  reset(): void;
  close(): Promise<void>;
}

/** All services behind one real HTTP server on loopback, answering what the test recorded; anything else is a 404 problem. */
export async function startFakeServices(): Promise<FakeServices> {
  const answers = new Map<string, { answer: RecordedAnswer; times: number }[]>();
  const seen: SeenRequest[] = [];
  // No idle connection is closed, or a request could meet one in the moment of its closing.
  const server: Server = createServer({ keepAliveTimeout: 0 }, (req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      const { method = '', url = '', headers } = req;
      seen.push({ method, url, headers, body });
      const queue = answers.get(`${method} ${url.split('?')[0]}`) ?? [];
      const current = queue.at(-1);
      if (current && --current.times === 0) queue.pop();
      const {
        status = 200,
        body: told,
        headers: more,
        hangUp,
        silent,
      } = current?.answer ?? problemAnswer(404, 'not_found');
      if (hangUp) return req.socket.destroy();
      if (silent) return;
      res.writeHead(status, { 'content-type': 'application/json', ...more });
      res.end(typeof told === 'string' ? told : JSON.stringify(told));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer: (route, answer, times = Infinity) => {
      answers.set(route, [...(answers.get(route) ?? []), { answer, times }]);
    },
    reset: () => {
      answers.clear();
      seen.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A refusal as the services write it. */
export function problemAnswer(status: number, code: string, more: object = {}): RecordedAnswer {
  const body = { title: code, status, code, errors: [{ message: code }], requestId: 'from-service', ...more };
  return { status, body, headers: { 'content-type': 'application/problem+json' } };
}
