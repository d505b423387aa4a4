import type { RequestHandler } from 'express';
import { dropSession } from './session';

/** POST /api/users/signout: clears the cookie, whoever asks. */
export const postSignOut: RequestHandler = (req, res) => {
  dropSession(req);
  res.status(204).end();
};
