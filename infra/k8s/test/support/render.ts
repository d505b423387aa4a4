import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { surroundings } from '../../../local/src/config';
import { findKubeconform, findKustomize } from '../../../local/src/servers/kubernetes-tools';
import { type KubeObject, parseManifests } from '../../src/render/objects';
import { writeSecrets } from '../../src/secrets/write';

export const K8S = join(__dirname, '../..');

/** Everything that is rendered somewhere: by a developer, the pipeline, the cluster test. */
export const RENDERED = [
  'overlays/minikube',
  'overlays/lab',
  'overlays/dev',
  'overlays/dev/migrate',
  'overlays/staging',
  'overlays/staging/migrate',
  'overlays/production',
  'overlays/production/migrate',
  'variations/minikube-nats-streaming',
  'variations/lab-gateway',
  'variations/dev-gateway',
  'variations/staging-gateway',
] as const;
export type Rendered = (typeof RENDERED)[number];

const tool = async (find: typeof findKustomize) => {
  const said: string[] = [];
  return (await find(surroundings((line) => said.push(line)))).location;
};

export interface Ran {
  code: number | null;
  out: string;
  said: string;
}

export function run(program: string, args: string[], input?: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const ran: Ran = { code: null, out: '', said: '' };
    child.stdout.on('data', (chunk: Buffer) => (ran.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (ran.said += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...ran, code }));
    child.stdin.end(input ?? '');
  });
}

/** A copy of the manifests with secrets of their own, so that a developer's stay as they are. */
export async function copyOfManifests(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'gittix-k8s-'));
  for (const folder of ['base', 'components', 'images', 'migrations', 'overlays', 'variations']) {
    const filter = (source: string) => !source.endsWith('/secrets');
    await cp(join(K8S, folder), join(copy, folder), { recursive: true, filter });
  }
  await writeSecrets(copy, 'minikube');
  return copy;
}

/** The manifests as text, by what was asked for; fails on an error and on any warning. */
export async function renderText<T extends Rendered>(wanted: readonly T[]): Promise<Record<T, string>> {
  const kustomize = await tool(findKustomize);
  const copy = await copyOfManifests();
  try {
    const entries: [T, string][] = [];
    const waiting = [...wanted];
    // Two at a time: more only wait for each other.
    const worker = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const { code, out, said } = await run(kustomize, ['build', join(copy, name)]);
        if (code !== 0 || said !== '') throw new Error(`kustomize build ${name} (code ${code}): ${said}`);
        entries.push([name, out]);
      }
    };
    await Promise.all([worker(), worker()]);
    return Object.fromEntries(entries) as Record<T, string>;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

export async function render<T extends Rendered>(wanted: readonly T[]): Promise<Record<T, KubeObject[]>> {
  const texts = await renderText(wanted);
  const entries = wanted.map((name) => [name, parseManifests(texts[name])]);
  return Object.fromEntries(entries) as Record<T, KubeObject[]>;
}

/** What kubeconform has against a text of manifests, by our own schemas; empty when nothing. */
export async function nonconformities(text: string): Promise<string[]> {
  const kubeconform = await tool(findKubeconform);
  const schemas = join(K8S, 'schemas/{{.ResourceKind}}{{.KindSuffix}}.json');
  const { code, out, said } = await run(
    kubeconform,
    ['-strict', '-schema-location', schemas, '-output', 'json', '-'],
    text,
  );
  if (said !== '') throw new Error(`kubeconform (code ${code}): ${said}`);
  const { resources } = JSON.parse(out) as {
    resources: { kind: string; name: string; status: string; msg: string }[];
  };
  if (code !== 0 && resources.length === 0) throw new Error(`kubeconform ended with ${code}`);
  return resources.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`);
}
