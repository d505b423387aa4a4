import { on, type Listener } from '@gittix/common/service';
import type { Deps } from '../deps';
import { recordUser } from '../use-cases/record-user';

export const userChanged = (deps: Deps): Listener =>
  on(['UserCreated', 'UserUpdated'], (event) => recordUser(deps, event.data));
