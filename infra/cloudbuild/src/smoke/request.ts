import { type IncomingHttpHeaders, request as plain, type RequestOptions } from 'node:http';
import { request as secure } from 'node:https';

const ANSWER_MS = 10_000;

export interface Request {
  method: string;
  url: URL;
  /** Asked instead of the URL's own host, by the URL's name. `fetch` would not let us say another Host. */
  via?: URL | undefined;
  headers: Record<string, string>;
  body?: string | undefined;
}

export interface Response {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** One request over HTTP, without following anything. Rejects when there is no whole answer in time. */
export function send({ method, url, via = url, headers, body }: Request): Promise<Response> {
  const options: RequestOptions & { servername: string } = {
    method,
    protocol: via.protocol,
    hostname: via.hostname,
    port: via.port,
    path: url.pathname + url.search,
    headers: { host: url.host, ...headers },
    servername: url.hostname,
    signal: AbortSignal.timeout(ANSWER_MS),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (via.protocol === 'https:' ? secure : plain)(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
