import { type KubeObject, ofKind, partOf, workloadsOf } from '../render/objects';
import { type Connection, isAllowed, type NetworkPolicy, type Peer } from './semantics';

/** Who may be around a stage: some may come in, some may be gone to, and a stranger neither. */
export const AROUND: Peer[] = [
  {
    name: 'ingress-nginx',
    namespace: 'ingress-nginx',
    labels: { 'app.kubernetes.io/name': 'ingress-nginx' },
  },
  { name: 'traefik', namespace: 'traefik', labels: { 'app.kubernetes.io/name': 'traefik' } },
  { name: 'prometheus', namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } },
  { name: 'dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  // Looks like orders and is not: the same labels in another namespace.
  { name: 'stranger', namespace: 'default', labels: { 'app.kubernetes.io/name': 'orders' } },
  { name: 'private address', ip: '10.20.30.40' },
  { name: 'metadata server', ip: '169.254.169.254' },
  { name: 'internet', ip: '93.184.215.14' },
];

/** Ports that are used somewhere, and one that never is. */
const PORTS = [53, 80, 443, 3000, 4222, 6379, 8080, 8089, 8222, 9090, 27017];

/** Every pod of a stage, once for each workload, and one that answers an ACME challenge. */
export function podsOf(objects: KubeObject[]): Peer[] {
  const pods: Peer[] = workloadsOf(objects).map((workload) => ({
    name: partOf(workload),
    namespace: workload.metadata.namespace ?? '',
    labels: workload.spec.template.metadata.labels ?? {},
    ports: Object.fromEntries(
      workload.spec.template.spec.containers
        .flatMap(({ ports = [] }) => ports)
        .map(({ name, containerPort }) => [name, containerPort]),
    ),
  }));
  const namespace = pods[0]?.namespace;
  if (namespace === undefined) throw new Error('there is no pod');
  const solver = { name: 'acme-solver', namespace, labels: { 'acme.cert-manager.io/http01-solver': 'true' } };
  return objects.some(({ kind }) => kind === 'Issuer') ? [...pods, solver] : pods;
}

/** All that is allowed, from or to a pod of the stage: `orders -> nats:4222`. Sorted. */
export function truthTable(objects: KubeObject[]): string[] {
  const policies = ofKind<NetworkPolicy>(objects, 'NetworkPolicy');
  const pods = podsOf(objects);
  const allowed: string[] = [];
  for (const from of [...pods, ...AROUND]) {
    for (const to of [...pods, ...AROUND]) {
      if (!pods.includes(from) && !pods.includes(to)) continue;
      for (const port of PORTS) {
        for (const protocol of ['TCP', 'UDP'] as const) {
          const connection: Connection = { from, to, port, protocol };
          if (isAllowed(policies, connection)) allowed.push(written(connection));
        }
      }
    }
  }
  return allowed.sort();
}

const written = ({ from, to, port, protocol }: Connection) =>
  `${from.name} -> ${to.name}:${port}${protocol === 'UDP' ? '/udp' : ''}`;
