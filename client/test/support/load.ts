import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { GetServerSideProps } from 'next';

export interface Loaded {
  status: number;
  headers: Record<string, unknown>;
  props?: Record<string, unknown>;
  redirect?: string;
}

/** Runs a page's getServerSideProps as Next would: a real request and answer object, address and parameters taken apart. */
export async function load(
  getServerSideProps: GetServerSideProps,
  options: { path: string; params?: Record<string, string>; headers?: Record<string, string> },
): Promise<Loaded> {
  const req = new IncomingMessage(new Socket());
  req.method = 'GET';
  req.url = options.path;
  Object.assign(req.headers, options.headers);
  const res = new ServerResponse(req);
  const query = Object.fromEntries(new URL(options.path, 'http://shop').searchParams);
  const result = await getServerSideProps({
    req: Object.assign(req, { cookies: {} }),
    res,
    query: { ...query, ...options.params },
    params: options.params ?? {},
    resolvedUrl: options.path,
  });
  const loaded: Loaded = { status: res.statusCode, headers: res.getHeaders() };
  if ('props' in result) loaded.props = await result.props;
  if ('redirect' in result) loaded.redirect = result.redirect.destination;
  return loaded;
}
