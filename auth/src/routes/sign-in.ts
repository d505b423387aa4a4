import { signInRequest } from '@gittix/common/api';
import { validate } from '@gittix/common/http';
import type { RequestHandler } from 'express';
import type { Deps } from '../deps';
import { signIn } from '../use-cases/sign-in';
import { startSession } from '../use-cases/start-session';
import { keepSession } from './session';

/** POST /api/users/signin */
export const postSignIn =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const user = await signIn(deps, validate(signInRequest, req.body));
    keepSession(req, startSession(deps, user));
    res.json(user);
  };
