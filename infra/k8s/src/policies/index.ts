import { certificatesCanBeProven } from './certificates';
import { podsAreFenced } from './network';
import {
  containersAreLocked,
  containersHaveResources,
  imagesAreExact,
  podsAreLocked,
  podsAreProbed,
} from './pods';
import type { Policy } from './policy';
import { budgetsAreBelowReplicas, partsScale, rolloutsLoseNothing } from './rollout';
import { noFaults, settingsFit } from './settings';
import {
  accountsAreOwn,
  namespaceIsRestricted,
  referencesExist,
  routesHaveBackends,
  servicesLeadSomewhere,
} from './wiring';

export type { Policy, Stage } from './policy';

/** The rules that every stage keeps. */
export const POLICIES = {
  podsAreLocked,
  containersAreLocked,
  containersHaveResources,
  imagesAreExact,
  podsAreProbed,
  rolloutsLoseNothing,
  partsScale,
  budgetsAreBelowReplicas,
  accountsAreOwn,
  servicesLeadSomewhere,
  routesHaveBackends,
  certificatesCanBeProven,
  referencesExist,
  namespaceIsRestricted,
  settingsFit,
  noFaults,
  podsAreFenced,
} satisfies Record<string, Policy>;
