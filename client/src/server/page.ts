import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ParsedUrlQuery } from 'node:querystring';
import type { GetServerSideProps } from 'next';
import type { z } from 'zod';
import { signInHref } from '../browser/next-parameter';
import { ZONE_COOKIE, type PageBase, type PageFailure, type Viewer } from '../browser/viewer';
import { languages, type Texts } from '../texts';
import { isTimeZone } from '../time/zone';
import { readCookie } from './cookies';
import { forwardedHeaders, originOf, requestIdOf } from './forwarded';
import { log } from './log';
import { ApiFailure, getFrom, type Service } from './services';
import { readViewer } from './viewer';

/** What a page's loader works with. */
export interface PageContext {
  viewer: Viewer;
  t: Texts;
  zone: string;
  now: number;
  origin: string;
  /** Path and query as the visitor sees them. */
  path: string;
  query: ParsedUrlQuery;
  params: ParsedUrlQuery;
  /** GET from a service in the visitor's name. */
  get<T extends z.ZodType>(service: Service, path: string, schema: T): Promise<z.infer<T>>;
}

const STATUS = { not_found: 404, forbidden: 403, unavailable: 503, internal: 500 } as const;

/**
 * Makes getServerSideProps of a loader: who looks, request id, no caching, and every failure as a page of the shop with
 * the right status. `signedIn` sends others to sign in and back.
 */
export function page<P extends object>(
  load: (context: PageContext) => Promise<P>,
  options: { signedIn?: boolean } = {},
): GetServerSideProps<(P & PageBase) | (PageFailure & PageBase)> {
  return async ({ req, res, query, params, resolvedUrl }) => {
    const requestId = requestIdOf(req);
    const { base, context } = await prepare(req, requestId, resolvedUrl, query, params ?? {});
    res.setHeader('x-request-id', requestId);
    res.setHeader('cache-control', 'private, no-store');
    const signIn = { redirect: { destination: signInHref(context.path), permanent: false } };
    if (options.signedIn && !base.viewer.signedIn) return signIn;
    try {
      return { props: serializable({ ...(await load(context)), ...base }) };
    } catch (error) {
      const kind = error instanceof ApiFailure ? error.kind : 'internal';
      if (kind === 'not_signed_in') return signIn;
      if (!(error instanceof ApiFailure))
        log().error({ err: error, path: context.path, requestId }, 'a page failed');
      answerFailure(res, kind);
      return { props: { failure: { kind }, ...base } };
    }
  };
}

async function prepare(
  req: IncomingMessage,
  requestId: string,
  path: string,
  query: ParsedUrlQuery,
  params: ParsedUrlQuery,
) {
  const headers = forwardedHeaders(req, requestId);
  const viewer = await readViewer(req.headers.cookie);
  const told = readCookie(req.headers.cookie, ZONE_COOKIE);
  const zone = told !== undefined && isTimeZone(told) ? told : 'UTC';
  const base: PageBase = { viewer, zone, serverNow: Date.now(), requestId };
  const context: PageContext = {
    viewer,
    zone,
    t: languages.en,
    now: base.serverNow,
    origin: originOf(req),
    path,
    query,
    params,
    get: (service, at, schema) => getFrom(service, at, schema, headers),
  };
  return { base, context };
}

function answerFailure(res: ServerResponse, kind: keyof typeof STATUS): void {
  res.statusCode = STATUS[kind];
  if (kind === 'unavailable') res.setHeader('retry-after', '5');
}

/** Next refuses `undefined` in props; JSON leaves such members out. */
function serializable<T>(props: T): T {
  return JSON.parse(JSON.stringify(props)) as T;
}

/** A resource id out of the address; what cannot be one is not asked for. */
export function idFrom(params: ParsedUrlQuery, name = 'id'): string {
  const value = params[name];
  if (typeof value === 'string' && /^[0-9a-f]{24}$/.test(value)) return value;
  throw new ApiFailure('not_found', 'this is no id');
}
