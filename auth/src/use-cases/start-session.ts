import type { User } from '@gittix/common/api';
import type { Deps } from '../deps';

export interface Session {
  /** Names the session; every token of it carries the name, so that it can be ended as a whole. */
  id: string;
  accessToken: string;
  /** How long the browser keeps it. */
  seconds: number;
}

/** Begins a session of somebody who has just proven who they are. */
export function startSession(
  deps: Pick<Deps, 'tokens' | 'sessionSeconds' | 'newSessionId'>,
  user: Pick<User, 'id' | 'role'>,
): Session {
  const id = deps.newSessionId();
  const accessToken = deps.tokens.sign({ sub: user.id, sid: id, role: user.role });
  return { id, accessToken, seconds: deps.sessionSeconds };
}
