import type { Kind } from './strict';

/** Every kind that our manifests may be of. */
export const KINDS: Kind[] = [
  { group: '', version: 'v1', kind: 'ConfigMap' },
  { group: '', version: 'v1', kind: 'Namespace' },
  { group: '', version: 'v1', kind: 'PersistentVolume' },
  { group: '', version: 'v1', kind: 'Secret' },
  { group: '', version: 'v1', kind: 'Service' },
  { group: '', version: 'v1', kind: 'ServiceAccount' },
  { group: 'apps', version: 'v1', kind: 'Deployment' },
  { group: 'apps', version: 'v1', kind: 'StatefulSet' },
  { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
  { group: 'batch', version: 'v1', kind: 'Job' },
  { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' },
  { group: 'networking.k8s.io', version: 'v1', kind: 'IngressClass' },
  { group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy' },
  { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget' },
  { group: 'gateway.networking.k8s.io', version: 'v1', kind: 'Gateway' },
  { group: 'gateway.networking.k8s.io', version: 'v1', kind: 'GatewayClass' },
  { group: 'gateway.networking.k8s.io', version: 'v1', kind: 'HTTPRoute' },
  { group: 'cert-manager.io', version: 'v1', kind: 'Certificate' },
  { group: 'cert-manager.io', version: 'v1', kind: 'Issuer' },
  { group: 'external-secrets.io', version: 'v1', kind: 'ExternalSecret' },
  { group: 'external-secrets.io', version: 'v1', kind: 'SecretStore' },
];

/** As kubeconform's template `{{.ResourceKind}}{{.KindSuffix}}.json` makes it. */
export function fileNameOf({ group, version, kind }: Kind): string {
  const prefix = group === '' ? '' : `-${group.split('.')[0]}`;
  return `${kind.toLowerCase()}${prefix}-${version}.json`;
}
