import { Router } from 'express';
import type { Deps } from '../deps';
import { getCurrentUser } from './current-user';
import { getJwks } from './jwks';
import { cookieCanBeSet, notFromAnotherSite } from './session';
import { postSignIn } from './sign-in';
import { postSignOut } from './sign-out';
import { postSignUp } from './sign-up';

export function routes(deps: Deps): Router {
  const setsCookie = cookieCanBeSet(deps.secureCookies);
  return Router()
    .post('/api/users/signup', setsCookie, postSignUp(deps))
    .post('/api/users/signin', setsCookie, postSignIn(deps))
    .post('/api/users/signout', notFromAnotherSite, postSignOut)
    .get('/api/users/currentuser', getCurrentUser(deps))
    .get('/.well-known/jwks.json', getJwks(deps));
}
