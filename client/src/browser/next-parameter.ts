/** Control characters and backslashes: browsers drop or turn them, and `/\evil.example` becomes another site. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f\\]/;

/**
 * Where to go after signing in: a path of this site or `/`. Anything that could lead elsewhere (`//evil.example`,
 * `https:…`, `/\evil.example`, tabs and line breaks) is refused.
 */
export function safeNext(value: unknown): string {
  if (typeof value !== 'string' || value.length > 2_000) return '/';
  if (!value.startsWith('/') || value.startsWith('//') || UNSAFE.test(value)) return '/';
  const base = 'http://here.invalid';
  if (!URL.canParse(value, base)) return '/';
  const url = new URL(value, base);
  if (url.origin !== base) return '/';
  const path = `${url.pathname}${url.search}${url.hash}`;
  // `/.//evil.example` resolves to the path `//evil.example`.
  return path.startsWith('//') ? '/' : path;
}

/** The sign-in page, coming back to `path` afterwards. */
export function signInHref(path: string): string {
  return `/signin?next=${encodeURIComponent(path)}`;
}
