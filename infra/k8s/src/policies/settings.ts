import type { z } from 'zod';
import {
  type Container,
  containersOf,
  type KubeObject,
  nameOf,
  ofKind,
  type Workload,
  workloadsOf,
} from '../render/objects';
import type { Policy, Stage } from './policy';

/** What is read by what a part is built on, not by its own settings. */
const READ_BY_OTHERS: Record<string, string[]> = { client: ['PORT', 'HOSTNAME'] };

/** Makes a process fail on purpose; for tests of the local run only. */
const NEVER = ['FAULT_DIR'];

interface ExternalSecret extends KubeObject {
  spec: { target: { name: string }; data: { secretKey: string }[] };
}

/** A part's settings as the pod sees them: key -> value, or undefined when only the cluster will know it. */
type Settings = Map<string, string | undefined>;

/** A container of ours gets every setting it needs, none it does not know, none twice, and no value it would refuse. */
export const settingsFit: Policy = (stage) =>
  workloadsOf(stage.objects).flatMap((workload) =>
    containersOf(workload).flatMap((container) => {
      const part = /(?:^gittix-|^localhost\/lab\/)([a-z-]+):/.exec(container.image)?.[1];
      const schema = part === undefined ? undefined : stage.settings[part];
      if (part === undefined || schema === undefined) return [];
      return problemsOf(stage, part, schema, workload, container).map(
        (problem) => `${nameOf(workload)}: ${problem}`,
      );
    }),
  );

function problemsOf(
  stage: Stage,
  part: string,
  schema: z.ZodObject,
  workload: Workload,
  container: Container,
): string[] {
  const { settings, twice } = settingsOf(stage.objects, container);
  const known = Object.keys(schema.shape);
  const foreign = READ_BY_OTHERS[part] ?? [];
  const problems = [...settings.keys()]
    .filter((key) => !known.includes(key) && !foreign.includes(key))
    .map((key) => `${key} is no setting of ${part}`);
  problems.push(...twice.map((key) => `${key} is given twice`));
  for (const key of known) {
    const field = schema.shape[key] as z.ZodType;
    const value = settings.get(key);
    if (!settings.has(key)) {
      if (!field.safeParse(undefined).success) problems.push(`${key} is missing`);
    } else if (value !== undefined && !field.safeParse(value).success) {
      problems.push(`${key} has a value that ${part} refuses`);
    }
  }
  // Either will do, so the schema can demand neither.
  if (known.includes('JWKS') && !settings.has('JWKS') && !settings.has('JWKS_URL')) {
    problems.push('JWKS is missing');
  }
  if (workload.kind !== 'Job') problems.push(...portsOf(schema, settings, container));
  return problems;
}

/** The ports it is said to have are those it will listen on. */
function portsOf(schema: z.ZodObject, settings: Settings, { ports = [] }: Container): string[] {
  return Object.entries({ PORT: 'http', INTERNAL_PORT: 'internal' }).flatMap(([key, name]) => {
    const field = schema.shape[key] as z.ZodType | undefined;
    const port = ports.find((one) => one.name === name);
    if (!port) return [];
    const listens = Number(settings.get(key) ?? field?.parse(undefined));
    return port.containerPort === listens ? [] : [`port ${name} is ${port.containerPort}, ${key} ${listens}`];
  });
}

function settingsOf(objects: KubeObject[], container: Container): { settings: Settings; twice: string[] } {
  const settings: Settings = new Map();
  const twice: string[] = [];
  const add = (key: string, value: string | undefined) => {
    if (settings.has(key)) twice.push(key);
    settings.set(key, value);
  };
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    for (const [key, value] of configMapRef ? configMap(objects, configMapRef.name) : []) add(key, value);
    for (const [key, value] of secretRef ? secret(objects, secretRef.name) : []) add(key, value);
  }
  for (const { name, value } of container.env ?? []) add(name, value);
  return { settings, twice };
}

function configMap(objects: KubeObject[], name: string): [string, string][] {
  const found = ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === name);
  return Object.entries(found?.data ?? {});
}

function secret(objects: KubeObject[], name: string): [string, string | undefined][] {
  const found = ofKind(objects, 'Secret').find(({ metadata }) => metadata.name === name);
  if (found) {
    return Object.entries(found.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]);
  }
  const outside = ofKind<ExternalSecret>(objects, 'ExternalSecret').find(
    ({ spec }) => spec.target.name === name,
  );
  return (outside?.spec.data ?? []).map(({ secretKey }) => [secretKey, undefined]);
}

/** Nothing that makes a service fail on purpose is anywhere, in whatever way it could come. */
export const noFaults: Policy = ({ objects }) =>
  objects.flatMap((object) =>
    NEVER.filter((key) => JSON.stringify(object).includes(key)).map(
      (key) => `${nameOf(object)}: sets ${key}`,
    ),
  );
