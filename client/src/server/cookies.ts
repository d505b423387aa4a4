import { z } from 'zod';

const SESSION_COOKIES = ['__Host-session', 'session'] as const;

const session = z.object({ jwt: z.string().min(1) });

/** One cookie's value, decoded; undefined when it is not there or not decodable. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at === -1 || pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    try {
      return decodeURIComponent(value);
    } catch (error) {
      if (error instanceof URIError) return undefined;
      throw error;
    }
  }
  return undefined;
}

/** The access token inside auth's session cookie (base64 of `{"jwt": …}`), the one bound to this host first. */
export function readToken(cookieHeader: string | undefined): string | undefined {
  for (const name of SESSION_COOKIES) {
    const value = readCookie(cookieHeader, name);
    if (value === undefined) continue;
    try {
      const read = session.safeParse(JSON.parse(Buffer.from(value, 'base64').toString('utf8')));
      if (read.success) return read.data.jwt;
    } catch (error) {
      // A foreign or damaged cookie of that name: the visitor counts as signed out.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}
