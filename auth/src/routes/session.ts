import { AppError } from '@gittix/common/errors';
import type { Request, RequestHandler } from 'express';
import type { Session } from '../use-cases/start-session';

/** Puts the session into the answer's cookie, which the browser keeps as long as the session lives. */
export function keepSession(req: Request, session: Session): void {
  req.session = { jwt: session.accessToken };
  req.sessionOptions.maxAge = session.seconds * 1000;
}

export function dropSession(req: Request): void {
  req.session = null;
}

/**
 * A secure cookie cannot be set over plain http, and the cookie library would say nothing: the person would be told they
 * are signed in and be nobody. Refused before anything is done.
 */
export function cookieCanBeSet(secureCookies: boolean): RequestHandler {
  return (req, _res, next) => {
    if (secureCookies && !req.secure) {
      throw new AppError('validation_failed', {
        message: 'Use https: the session cookie of this site is never sent over plain http',
      });
    }
    next();
  };
}

/** Refuses what a browser says comes from another site. A simple form can post nothing there and so reaches a route without a body. */
export const notFromAnotherSite: RequestHandler = (req, _res, next) => {
  const site = req.get('sec-fetch-site');
  const origin = req.get('origin');
  const foreign =
    site !== undefined
      ? site !== 'same-origin'
      : origin !== undefined && origin !== `${req.protocol}://${req.get('host')}`;
  if (foreign) throw new AppError('forbidden', { message: 'Another site may not do this' });
  next();
};
