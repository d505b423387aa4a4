import { type KubeObject, type Labels, matches, type Selector } from '../render/objects';

/**
 * What NetworkPolicies allow, as https://kubernetes.io/docs/concepts/services-networking/network-policies says it: a pod
 * that no policy of a direction selects is open in that direction; else one rule of one of them has to allow. A connection
 * needs both: the way out of where it begins and the way in to where it ends.
 */
export interface NetworkPolicy extends KubeObject {
  spec: {
    podSelector: Selector;
    policyTypes?: Direction[];
    ingress?: { from?: PolicyPeer[]; ports?: PolicyPort[] }[];
    egress?: { to?: PolicyPeer[]; ports?: PolicyPort[] }[];
  };
}
export type Direction = 'Ingress' | 'Egress';

interface PolicyPeer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}
interface PolicyPort {
  port?: number | string;
  endPort?: number;
  protocol?: string;
}

/** A pod, or an address outside of the cluster. */
export interface Peer {
  name: string;
  namespace?: string;
  labels?: Labels;
  /** Names of its ports, for policies that name them. */
  ports?: Record<string, number>;
  ip?: string;
}

export interface Connection {
  from: Peer;
  to: Peer;
  port: number;
  protocol: 'TCP' | 'UDP';
}

const isPod = (peer: Peer): peer is Peer & { namespace: string } => peer.namespace !== undefined;

/** The policies of that direction that select the pod. */
export function policiesFor(policies: NetworkPolicy[], pod: Peer, direction: Direction): NetworkPolicy[] {
  return policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.namespace &&
      typesOf(spec).includes(direction) &&
      matches(spec.podSelector, pod.labels),
  );
}

/** Left out: Ingress always, and Egress when there are rules of it. */
function typesOf({ policyTypes, egress }: NetworkPolicy['spec']): Direction[] {
  return policyTypes ?? (egress ? ['Ingress', 'Egress'] : ['Ingress']);
}

export function isAllowed(policies: NetworkPolicy[], connection: Connection): boolean {
  const { from, to } = connection;
  return opens(policies, connection, from, to, 'Egress') && opens(policies, connection, to, from, 'Ingress');
}

function opens(
  policies: NetworkPolicy[],
  connection: Connection,
  pod: Peer,
  other: Peer,
  direction: Direction,
): boolean {
  // Nobody's policies hold outside of the cluster.
  if (!isPod(pod)) return true;
  const selecting = policiesFor(policies, pod, direction);
  if (selecting.length === 0) return true;
  return selecting.some((policy) =>
    rulesOf(policy, direction).some(
      ({ peers, ports }) =>
        (peers === undefined || peers.length === 0 || peers.some((peer) => isPeer(peer, other, policy))) &&
        (ports === undefined || ports.length === 0 || ports.some((port) => isPort(port, connection))),
    ),
  );
}

function rulesOf({ spec }: NetworkPolicy, direction: Direction) {
  return direction === 'Ingress'
    ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
    : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
}

function isPeer(peer: PolicyPeer, other: Peer, policy: NetworkPolicy): boolean {
  if (peer.ipBlock) {
    const { cidr, except = [] } = peer.ipBlock;
    // Whether a block takes in pods is up to the network; ours must not depend on it.
    const { ip } = other;
    return ip !== undefined && isWithin(ip, cidr) && !except.some((block) => isWithin(ip, block));
  }
  if (!isPod(other)) return false;
  const inNamespace = peer.namespaceSelector
    ? matches(peer.namespaceSelector, { 'kubernetes.io/metadata.name': other.namespace })
    : other.namespace === policy.metadata.namespace;
  return inNamespace && (peer.podSelector === undefined || matches(peer.podSelector, other.labels));
}

function isPort({ port, endPort, protocol = 'TCP' }: PolicyPort, connection: Connection): boolean {
  if (protocol !== connection.protocol) return false;
  if (port === undefined) return true;
  // A name is looked up where the connection ends.
  const first = typeof port === 'number' ? port : connection.to.ports?.[port];
  return first !== undefined && connection.port >= first && connection.port <= (endPort ?? first);
}

function isWithin(ip: string, cidr: string): boolean {
  const [block = '', bits = '32'] = cidr.split('/');
  const shift = 2 ** (32 - Number(bits));
  return Math.floor(toNumber(ip) / shift) === Math.floor(toNumber(block) / shift);
}

const toNumber = (ip: string) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
