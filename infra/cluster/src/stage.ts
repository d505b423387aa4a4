import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { ClusterError, type Kubectl } from './kubectl';

const manifest = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
  data: z.record(z.string(), z.string()).optional(),
  spec: z
    .looseObject({
      // An Ingress' and an HTTPRoute's; the latter's have no hosts.
      rules: z.array(z.looseObject({ host: z.string().optional() })).optional(),
      hostnames: z.array(z.string()).optional(),
    })
    .optional(),
});

export interface Stage {
  namespace: string;
  /** The rendered overlay, in one file. */
  file: string;
  url: string;
  /** Every name a browser asks for. */
  hosts: string[];
}

/** Names of the rendered routes, and the address at which people find the shop: by https when a certificate comes with it. */
export function addressesOf(rendered: string): Pick<Stage, 'url' | 'hosts'> {
  const objects = parseAllDocuments(rendered).map((document) => manifest.parse(document.toJS()));
  const hosts = objects.flatMap(({ kind, spec }) => {
    if (kind === 'Ingress') return (spec?.rules ?? []).flatMap(({ host }) => host ?? []);
    return kind === 'HTTPRoute' ? (spec?.hostnames ?? []) : [];
  });
  const host = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'stage')
    ?.data?.['host'];
  if (host === undefined) throw new ClusterError('the overlay has no ConfigMap "stage" that names its host');
  const scheme = objects.some(({ kind }) => kind === 'Certificate') ? 'https' : 'http';
  return { url: `${scheme}://${host}`, hosts: [...new Set(hosts)].sort() };
}

/** Renders an overlay into a namespace of its own, in a directory that git ignores. */
export async function renderStage(
  kubectl: Kubectl,
  root: string,
  overlay: string,
  namespace: string,
  patches: readonly object[] = [],
): Promise<Stage> {
  const directory = join(root, '.gittix/cluster', namespace);
  await mkdir(directory, { recursive: true });
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources: [relative(directory, resolve(root, overlay))],
    patches,
  };
  await writeFile(join(directory, 'kustomization.yaml'), JSON.stringify(kustomization));
  const rendered = await kubectl(['kustomize', directory]);
  const file = join(directory, 'rendered.yaml');
  await writeFile(file, rendered, { mode: 0o600 });
  return { namespace, file, ...addressesOf(rendered) };
}

/** Applies it; a warning, such as one of pod security, is an error. */
export async function applyStage(kubectl: Kubectl, stage: Stage): Promise<void> {
  const said = await kubectl(['apply', '-f', stage.file]);
  const warnings = said.split('\n').filter((line) => /^Warning:|would violate/.test(line));
  if (warnings.length > 0) throw new ClusterError(`applied with warnings:\n${warnings.join('\n')}`);
}

const REMOVE_MS = 4 * 60_000;

/** Removes everything that was applied, volumes of the cluster included, and waits until it is gone. */
export async function removeStage(kubectl: Kubectl, stage: Stage): Promise<void> {
  await kubectl(['delete', '-f', stage.file, '--ignore-not-found', '--wait', '--timeout=220s'], REMOVE_MS);
}
