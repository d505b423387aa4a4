import { problem } from '@gittix/common/api';
import { Agent, request } from 'undici';
import type { z } from 'zod';
import { getConfig } from './config';
import { log } from './log';

export type Service = 'auth' | 'tickets' | 'orders' | 'payments';

/** Why a page did not get what it asked for. */
export type FailureKind = 'not_signed_in' | 'forbidden' | 'not_found' | 'unavailable' | 'internal';

export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  constructor(
    readonly kind: FailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Kept open between pages: a new connection per call would cost more than the call. */
const agent = new Agent({
  connections: 128,
  keepAliveTimeout: 4_000,
  keepAliveMaxTimeout: 30_000,
  connect: { timeout: 1_500 },
});

/** What is passed on from the visitor's request to the services. */
export type ForwardedHeaders = Record<string, string>;

/** GET of one resource for a page: the answer checked against the contract, or an ApiFailure. Anything but a refusal is logged here, once. */
export async function getFrom<T extends z.ZodType>(
  service: Service,
  path: string,
  schema: T,
  headers: ForwardedHeaders,
): Promise<z.infer<T>> {
  const { status, text } = await ask(service, path, headers);
  if (status !== 200) throw refusal(service, path, status, text);
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  log().error({ service, path, issues: parsed.error.issues }, 'an answer does not fit the contract');
  throw new ApiFailure('internal', `${service} broke the contract`, { cause: parsed.error });
}

async function ask(service: Service, path: string, headers: ForwardedHeaders) {
  const config = getConfig();
  const url = new URL(path, config[`${service.toUpperCase() as Uppercase<Service>}_URL`]);
  const signal = AbortSignal.timeout(config.API_TIMEOUT_MS);
  const attempt = async () => {
    const answer = await request(url, { dispatcher: agent, headers, signal });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  try {
    // A GET may be repeated: the service may have closed the kept-open connection just as we took it.
    return await attempt().catch((error: unknown) =>
      isClosedConnection(error) ? attempt() : Promise.reject(error as Error),
    );
  } catch (cause) {
    log().warn({ err: cause, service, path }, 'a service did not answer');
    throw new ApiFailure('unavailable', `${service} did not answer`, { cause });
  }
}

function isClosedConnection(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

const REFUSALS: Record<number, FailureKind> = { 401: 'not_signed_in', 403: 'forbidden', 404: 'not_found' };

function refusal(service: Service, path: string, status: number, text: string): ApiFailure {
  const told = problem.safeParse(parseJson(text));
  const code = told.success ? told.data.code : 'no problem document';
  const kind = REFUSALS[status] ?? 'unavailable';
  if (kind === 'unavailable') log().warn({ service, path, status, code }, 'a service refused');
  return new ApiFailure(kind, `${service} answered ${status} (${code})`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
