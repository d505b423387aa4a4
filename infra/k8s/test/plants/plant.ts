import type { POLICIES, Stage } from '../../src/policies';
import { type Container, type KubeObject, workloadsOf } from '../../src/render/objects';

/** A rule, what is put wrong in words, how, and what the rule has to say to it. */
export type Plant = [
  policy: keyof typeof POLICIES,
  what: string,
  plant: (stage: Stage) => void,
  complaint: RegExp,
];

export type Any = KubeObject & { spec: Record<string, unknown> };

export function workload(stage: Stage, name: string) {
  const found = workloadsOf(stage.objects).find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

export const pod = (stage: Stage, name = 'orders') => workload(stage, name).spec.template.spec;

export const container = (stage: Stage, name = 'orders') => pod(stage, name).containers[0] as Container;

export function object<T extends KubeObject>(stage: Stage, kind: string, name: string | RegExp): T {
  const is = (found: string) => (typeof name === 'string' ? found === name : name.test(found));
  const found = stage.objects.find((one) => one.kind === kind && is(one.metadata.name));
  if (!found) throw new Error(`there is no ${kind} ${String(name)}`);
  return found as T;
}

export function without(stage: Stage, kind: string, name: string): void {
  stage.objects = stage.objects.filter((one) => one.kind !== kind || one.metadata.name !== name);
}
