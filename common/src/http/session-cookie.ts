import cookieSession from 'cookie-session';
import type { RequestHandler } from 'express';

/** Name of the session cookie; `__Host-` (https only) keeps other subdomains from setting it. */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-session' : 'session';
}

/** The cookie that bears the JWT. Not signed again: the token inside is. `secure: false` only for plain http on one's own machine. */
export function sessionCookie(secure: boolean): RequestHandler {
  return cookieSession({
    name: sessionCookieName(secure),
    signed: false,
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
  });
}
