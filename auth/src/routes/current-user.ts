import type { CurrentUserAnswer } from '@gittix/common/api';
import { optionalCaller } from '@gittix/common/http';
import type { RequestHandler } from 'express';
import type { Deps } from '../deps';
import { currentUser } from '../use-cases/current-user';

/** GET /api/users/currentuser: null for nobody, and for a token that is expired or not ours. */
export const getCurrentUser =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const caller = optionalCaller(req);
    const answer: CurrentUserAnswer = { currentUser: caller ? await currentUser(deps, caller.userId) : null };
    res.json(answer);
  };
