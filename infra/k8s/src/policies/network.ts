import { policiesFor, type NetworkPolicy } from '../network/semantics';
import { podsOf } from '../network/truth-table';
import { ofKind } from '../render/objects';
import type { Policy } from './policy';

/** No pod is open, in or out, because nobody thought of it. */
export const podsAreFenced: Policy = ({ objects }) => {
  const policies = ofKind<NetworkPolicy>(objects, 'NetworkPolicy');
  return podsOf(objects).flatMap((pod) =>
    (['Ingress', 'Egress'] as const)
      .filter((direction) => policiesFor(policies, pod, direction).length === 0)
      .map((direction) => `${pod.name}: no policy is about its ${direction}`),
  );
};
