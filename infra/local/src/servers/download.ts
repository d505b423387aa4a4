import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

/** A host that does not answer within this time is taken as out of reach, so that the next step gets its turn. */
const ANSWER_MS = 4_000;
const WHOLE_MS = 5 * 60_000;

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message || error.cause.name})` : '';
  return `${error.message}${cause}`;
}

/** How an address is asked for: `fetch`, or what a test puts in its place. */
type Fetch = typeof fetch;

async function ask(fetch: Fetch, url: string, init: RequestInit = {}): Promise<Response> {
  const abort = new AbortController();
  const whole = setTimeout(() => abort.abort(new Error(`took over ${WHOLE_MS / 1000} s`)), WHOLE_MS);
  whole.unref();
  const answer = setTimeout(
    () => abort.abort(new Error(`no answer within ${ANSWER_MS / 1000} s`)),
    ANSWER_MS,
  );
  try {
    return await fetch(url, { ...init, signal: abort.signal });
  } catch (error) {
    throw new Error(`${new URL(url).host}: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(answer);
  }
}

/** Rejects within a few seconds when the host of this address does not answer; any answer will do. */
export async function reach(fetch: Fetch, url: string): Promise<void> {
  await ask(fetch, url, { method: 'HEAD' });
}

/** Asks for an address; rejects within a few seconds when its host does not answer, or with the status it gave. */
export async function request(fetch: Fetch, url: string): Promise<Response> {
  const response = await ask(fetch, url);
  if (!response.ok) throw new Error(`${new URL(url).host}: status ${response.status}`);
  return response;
}

/** Writes an address's content to a file after its SHA-256 was found right. */
export async function downloadVerified(
  fetch: Fetch,
  url: string,
  sha256: string,
  file: string,
  say: (line: string) => void,
): Promise<void> {
  const response = await request(fetch, url);
  const total = Number(response.headers.get('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  let nextTold = 25;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    const percent = total > 0 ? Math.floor((100 * size) / total) : 0;
    if (percent >= nextTold) {
      say(`${percent} % of ${(total / 1e6).toFixed(1)} MB`);
      nextTold = percent + 25;
    }
  }
  const content = Buffer.concat(chunks);
  const actual = createHash('sha256').update(content).digest('hex');
  if (actual !== sha256) throw new Error(`the checksum of ${url} is ${actual}, expected ${sha256}`);
  await writeFile(file, content);
}
