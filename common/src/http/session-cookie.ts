import cookieSession from 'cookie-session';

/** Name of the session cookie; `__Host-` (https only) keeps other subdomains from setting it. */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-session' : 'session';
}

/** The cookie that bears the JWT. Not signed again: the token inside is. `secure: false` only for plain http on one's own machine. */
// The result type names the library, so that its `req.session` is declared for whoever compiles against this.
export function sessionCookie(secure: boolean): ReturnType<typeof cookieSession> {
  return cookieSession({
    name: sessionCookieName(secure),
    signed: false,
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
  });
}
