import { parse } from 'yaml';
import { z } from 'zod';

const PREFIX = 'nginx.ingress.kubernetes.io/';

const manifest = z.object({
  kind: z.literal('Ingress'),
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    rules: z
      .array(
        z.object({
          http: z.object({
            paths: z
              .array(
                z.object({
                  path: z.string().startsWith('/'),
                  pathType: z.enum(['Prefix', 'Exact']),
                  backend: z.object({ service: z.object({ name: z.string() }) }),
                }),
              )
              .min(1),
          }),
        }),
      )
      .min(1),
  }),
});

export interface Route {
  path: string;
  exact: boolean;
  service: string;
}

export interface Ingress {
  /** In the order in which they are tried. */
  routes: Route[];
  /** Bodies over this many bytes are refused with 413. */
  maxBodyBytes: number;
  connectTimeoutMs: number;
  /** The longest silence of a service while it is being waited for. */
  readTimeoutMs: number;
  /** After this time no other replica is tried. */
  nextUpstreamMs: number;
}

/** `1m` -> 1048576, as nginx counts. */
function bytes(size: string): number {
  const match = /^(\d+)([kmg]?)$/i.exec(size);
  if (!match) throw new Error(`${PREFIX}proxy-body-size: ${size} is no size`);
  const unit = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[(match[2] ?? '').toLowerCase()] ?? 1;
  return Number(match[1]) * unit;
}

/** Reads the cluster's own Ingress manifest. nginx' defaults hold where an annotation is missing. */
export function readIngress(text: string): Ingress {
  const { metadata, spec } = manifest.parse(parse(text));
  const annotation = (name: string, otherwise: string) => metadata.annotations[PREFIX + name] ?? otherwise;
  const routes = spec.rules.flatMap((rule) =>
    rule.http.paths.map(({ path, pathType, backend }) => ({
      path,
      exact: pathType === 'Exact',
      service: backend.service.name,
    })),
  );
  // The longest path wins, and of two equal ones the exact one (Kubernetes, "Multiple matches").
  routes.sort((a, b) => b.path.length - a.path.length || Number(b.exact) - Number(a.exact));
  return {
    routes,
    maxBodyBytes: bytes(annotation('proxy-body-size', '1m')),
    connectTimeoutMs: 1000 * Number(annotation('proxy-connect-timeout', '5')),
    readTimeoutMs: 1000 * Number(annotation('proxy-read-timeout', '60')),
    // nginx takes 0 for without limit.
    nextUpstreamMs: 1000 * Number(annotation('proxy-next-upstream-timeout', '0')) || Infinity,
  };
}

/**
 * The path nginx compares: without the query, percent-decoded, slashes merged, dot segments gone. Undefined when it is
 * no valid path (nginx answers 400). Only for choosing: what is sent on are the bytes that came.
 */
export function comparablePath(url: string): string | undefined {
  if (!url.startsWith('/')) return undefined;
  let decoded: string;
  try {
    decoded = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '');
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
  if (decoded.includes('\0')) return undefined;
  const kept: string[] = [];
  const segments = decoded.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..' && kept.pop() === undefined) return undefined;
    if (!['', '.', '..'].includes(segment)) kept.push(segment);
  }
  const last = segments.at(-1) ?? '';
  const endsInSlash = kept.length > 0 && ['', '.', '..'].includes(last);
  return `/${kept.join('/')}${endsInSlash ? '/' : ''}`;
}

/** Prefix compares whole segments: /api/users takes /api/users/x and not /api/usersx. */
export function matchRoute(routes: Route[], path: string): Route | undefined {
  return routes.find((route) => {
    if (route.exact) return path === route.path;
    const prefix = route.path.replace(/\/$/, '');
    return path === prefix || path.startsWith(`${prefix}/`);
  });
}
