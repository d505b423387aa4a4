import { on, type Listener } from '@gittix/common/service';
import { userEventTypes } from '@gittix/common/events';
import type { Deps } from '../deps';
import { recordUser } from '../use-cases/record-user';

export const userChanged = (deps: Deps): Listener =>
  on(userEventTypes, (event) => recordUser(deps, event.data));
