import { isAllowed, type NetworkPolicy, type Peer } from '../src/network/semantics';
import { truthTable } from '../src/network/truth-table';
import type { KubeObject } from '../src/render/objects';
import { EDGES } from './support/edges';
import { render } from './support/render';

describe('the table of what is allowed', () => {
  let minikube: KubeObject[];

  beforeAll(async () => {
    ({ 'overlays/minikube': minikube } = await render(['overlays/minikube']));
  }, 300_000);

  it('needs both ends of an edge: without either it is closed', () => {
    for (const end of ['expiration-to-redis', 'expiration-out-to-redis']) {
      const others = minikube.filter(({ metadata }) => metadata.name !== end);
      expect(truthTable(others)).not.toContain('expiration -> redis:6379');
    }
  });

  it('notices a policy that opens too much', () => {
    const planted = structuredClone(minikube);
    const policy = planted.find(({ metadata }) => metadata.name === 'pages-out') as NetworkPolicy;
    policy.spec.egress = [{}];
    const more = truthTable(planted).filter((edge) => !EDGES['overlays/minikube'].includes(edge));
    expect(more).toContain('client -> internet:443');
    // The other side still has its say.
    expect(more.join()).not.toMatch(/client -> (mongo|nats|redis)/);
  });
});

describe('what NetworkPolicies mean', () => {
  const pod = (name: string, namespace = 'shop'): Peer => ({
    name,
    namespace,
    labels: { app: name },
    ports: { web: 3000 },
  });
  const [a, b] = [pod('a'), pod('b')];
  const policy = (spec: NetworkPolicy['spec']): NetworkPolicy => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'one', namespace: 'shop' },
    spec,
  });
  const app = (name: string) => ({ matchLabels: { app: name } });
  const toB = (policies: NetworkPolicy[], from: Peer = a, port = 3000) =>
    isAllowed(policies, { from, to: b, port, protocol: 'TCP' });

  it('without a policy everything is open', () => {
    expect(toB([])).toBe(true);
  });

  it('a policy closes only the pods it selects, only in its directions, only in its namespace', () => {
    const closed = policy({ podSelector: app('b'), policyTypes: ['Ingress'] });
    expect(toB([closed])).toBe(false);
    expect(isAllowed([closed], { from: b, to: a, port: 3000, protocol: 'TCP' })).toBe(true);
    expect(toB([{ ...closed, metadata: { name: 'one', namespace: 'other' } }])).toBe(true);
  });

  it('without policyTypes it is about what comes in, and about what goes out when it has such rules', () => {
    expect(toB([policy({ podSelector: app('b') })])).toBe(false);
    expect(toB([policy({ podSelector: app('a') })])).toBe(true);
    expect(toB([policy({ podSelector: app('a'), egress: [{ to: [{ podSelector: app('c') }] }] })])).toBe(
      false,
    );
  });

  it('rules add up: one that allows is enough', () => {
    const closed = policy({ podSelector: {}, policyTypes: ['Ingress'] });
    const open = policy({ podSelector: app('b'), ingress: [{ from: [{ podSelector: app('a') }] }] });
    expect(toB([closed, open])).toBe(true);
    expect(toB([closed, open], pod('c'))).toBe(false);
  });

  it('a pod selector alone means the own namespace, beside a namespace selector both have to fit', () => {
    const from = (peer: object) => [policy({ podSelector: app('b'), ingress: [{ from: [peer] }] })];
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'other' } };
    expect(toB(from({ podSelector: app('a') }), pod('a', 'other'))).toBe(false);
    expect(toB(from({ namespaceSelector }), pod('x', 'other'))).toBe(true);
    expect(toB(from({ namespaceSelector, podSelector: app('a') }), pod('x', 'other'))).toBe(false);
    expect(toB(from({ namespaceSelector, podSelector: app('a') }), pod('a', 'other'))).toBe(true);
    expect(toB(from({ namespaceSelector }), a)).toBe(false);
  });

  it('ports are numbers, names where the connection ends, ranges, and of a protocol', () => {
    const on = (port: object) => [policy({ podSelector: app('b'), ingress: [{ ports: [port] }] })];
    expect(toB(on({ port: 3000 }))).toBe(true);
    expect(toB(on({ port: 3001 }))).toBe(false);
    expect(toB(on({ port: 'web' }))).toBe(true);
    expect(toB(on({ port: 'db' }))).toBe(false);
    expect(toB(on({ port: 2999, endPort: 3001 }))).toBe(true);
    expect(toB(on({ port: 3000, protocol: 'UDP' }))).toBe(false);
    expect(toB(on({ protocol: 'TCP' }))).toBe(true);
  });

  it('a block is of addresses outside, but for its exceptions', () => {
    const to = (ip: string) =>
      isAllowed(
        [
          policy({
            podSelector: app('a'),
            egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }],
          }),
        ],
        { from: a, to: { name: ip, ip }, port: 443, protocol: 'TCP' },
      );
    expect(to('93.184.215.14')).toBe(true);
    expect(to('10.255.0.1')).toBe(false);
    expect(to('11.0.0.1')).toBe(true);
  });

  it('selects by expressions', () => {
    const selecting = (operator: string, values?: string[]) => [
      policy({
        podSelector: { matchExpressions: [{ key: 'app', operator, ...(values && { values }) }] },
        policyTypes: ['Ingress'],
      }),
    ];
    expect(toB(selecting('In', ['a', 'b']))).toBe(false);
    expect(toB(selecting('NotIn', ['b']))).toBe(true);
    expect(toB(selecting('Exists'))).toBe(false);
    expect(toB(selecting('DoesNotExist'))).toBe(true);
    expect(() => toB(selecting('Gt', ['1']))).toThrow('no label operator Gt');
  });
});
