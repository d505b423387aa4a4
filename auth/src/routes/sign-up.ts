import { signUpRequest } from '@gittix/common/api';
import { validate } from '@gittix/common/http';
import type { RequestHandler } from 'express';
import type { Deps } from '../deps';
import { signUp } from '../use-cases/sign-up';
import { startSession } from '../use-cases/start-session';
import { keepSession } from './session';

/** POST /api/users/signup */
export const postSignUp =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const user = await signUp(deps, validate(signUpRequest, req.body));
    keepSession(req, startSession(deps, user));
    res.status(201).json(user);
  };
