import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unknownHosts } from '../src/front-door';
import { ClusterError } from '../src/kubectl';
import { OptionError, parseOptions } from '../src/options';
import { bytesOf, tellIdleMemory } from '../src/idle-memory';
import { notReady } from '../src/ready';
import { addressesOf } from '../src/stage';
import { testCluster } from '../src/test-cluster';

const RENDERED = `
{ kind: ConfigMap, metadata: { name: stage }, data: { host: shop.test } }
---
{ kind: Ingress, metadata: { name: gittix }, spec: { rules: [{ host: shop.test }] } }
---
{ kind: Ingress, metadata: { name: stripe }, spec: { rules: [{ host: pay.shop.test }, { host: shop.test }] } }
`;

const workload = (readyReplicas: number, over: object = {}) => ({
  kind: 'Deployment',
  metadata: { name: 'orders', generation: 2 },
  spec: { replicas: 2 },
  status: { observedGeneration: 2, updatedReplicas: 2, readyReplicas, ...over },
});
const list = (...items: object[]) => JSON.stringify({ items });
const pod = (restartCount: number, ready = true) => ({
  metadata: { name: 'orders-1' },
  status: {
    phase: 'Running',
    containerStatuses: [
      { ready, restartCount, state: ready ? {} : { waiting: { reason: 'CrashLoopBackOff' } } },
    ],
  },
});

/** A cluster that answers as told, and what was asked of it. */
function fakeCluster(over: Partial<Record<'apply' | 'workloads' | 'pods', string | string[]>> = {}) {
  const asked: string[] = [];
  // Of several answers the last one stays.
  const answers: Record<string, string | string[]> = {
    kustomize: RENDERED,
    apply: over.apply ?? 'deployment.apps/orders created',
    delete: '',
    scale: 'statefulset.apps/nats scaled',
    'deployments,statefulsets,horizontalpodautoscalers': over.workloads ?? list(workload(2)),
    pods: over.pods ?? list(pod(0)),
  };
  const kubectl = (args: string[]) => {
    asked.push(args.join(' '));
    const [verb, ...rest] = args[0] === '-n' ? args.slice(2) : args;
    const told = answers[(verb === 'get' ? rest[0] : verb) ?? ''];
    const answer = Array.isArray(told) ? (told.length > 1 ? told.shift() : told[0]) : told;
    return answer === undefined
      ? Promise.reject(new Error(`kubectl ${args.join(' ')} was not told of`))
      : Promise.resolve(answer);
  };
  return { kubectl, asked };
}

let root: string;
let said: string[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gittix-cluster-'));
  said = [];
});
afterEach(() => rm(root, { recursive: true, force: true }));

const run = (
  cluster: ReturnType<typeof fakeCluster>,
  over: { keep?: boolean; brokerLate?: number; ready?: number; stories?: () => Promise<void> } = {},
) =>
  testCluster({
    root,
    namespace: 'gittix-test-1',
    options: {
      ...{ overlay: 'overlays/lab', ready: over.ready ?? 60 },
      ...{ keep: over.keep ?? false, brokerLate: over.brokerLate ?? 0 },
    },
    kubectl: cluster.kubectl,
    say: (line) => void said.push(line),
    prove: { what: 'the stories', at: over.stories ?? (() => Promise.resolve()) },
  });
const wasRemoved = ({ asked }: ReturnType<typeof fakeCluster>) =>
  asked.at(-1)?.startsWith('delete -f') ?? false;

describe('npm run test:cluster', () => {
  it('puts the overlay into a namespace of its own, tells what it saw, and removes it', async () => {
    const cluster = fakeCluster();
    const urls: string[] = [];
    await testCluster({
      ...{ root, namespace: 'gittix-test-1' },
      options: { overlay: 'overlays/lab', ready: 60, keep: false, brokerLate: 0 },
      ...{ kubectl: cluster.kubectl, say: (line: string) => void said.push(line) },
      prove: { what: 'the stories', at: ({ url, hosts }) => Promise.resolve(void urls.push(url, ...hosts)) },
    });
    const kustomization = await readFile(
      join(root, '.gittix/cluster/gittix-test-1/kustomization.yaml'),
      'utf8',
    );
    expect(JSON.parse(kustomization)).toMatchObject({
      namespace: 'gittix-test-1',
      resources: ['../../../overlays/lab'],
    });
    expect(urls).toEqual(['http://shop.test', 'pay.shop.test', 'shop.test']);
    expect(said.join('\n')).toMatch(
      /without a warning\n.*Ready after \d+ s\n.*passed.*\n.*again: none\neverything removed/,
    );
    expect(wasRemoved(cluster)).toBe(true);
  });

  it.each([
    [
      'a warning of pod security',
      fakeCluster({
        apply: 'Warning: would violate PodSecurity "restricted:latest"\ndeployment.apps/orders created',
      }),
      /applied with warnings:\nWarning: would violate/,
    ],
    [
      'a replica that does not come up, with the reason',
      fakeCluster({ workloads: list(workload(1)), pods: list(pod(4, false)) }),
      /not Ready after 1 s: orders 1\/2\norders-1: Running, CrashLoopBackOff/,
    ],
    ['a container that was started again', fakeCluster({ pods: list(pod(1)) }), /started again: orders-1 1/],
  ])('fails for %s, and removes everything all the same', async (_what, cluster, message) => {
    await expect(run(cluster, { ready: 1 })).rejects.toThrow(message);
    expect(wasRemoved(cluster)).toBe(true);
  });

  it('fails for a story that fails, and removes everything all the same', async () => {
    const cluster = fakeCluster();
    const stories = () => Promise.reject(new ClusterError('the stories ended with 1'));
    await expect(run(cluster, { stories })).rejects.toThrow('the stories ended with 1');
    expect(wasRemoved(cluster)).toBe(true);
  });

  it('leaves it running when asked to', async () => {
    const cluster = fakeCluster();
    await run(cluster, { keep: true });
    expect(wasRemoved(cluster)).toBe(false);
    expect(said.at(-1)).toMatch(/^kept: namespace gittix-test-1/);
  });
});

describe('a broker that comes late', () => {
  const waiting = () => ({ workloads: [list(workload(0)), list(workload(2))] });

  it('is not there at first, and is waited for', async () => {
    const cluster = fakeCluster(waiting());
    await run(cluster, { brokerLate: 1 });
    const kustomization = await readFile(
      join(root, '.gittix/cluster/gittix-test-1/kustomization.yaml'),
      'utf8',
    );
    expect(JSON.parse(kustomization)).toMatchObject({
      patches: [
        { target: { kind: 'StatefulSet', name: 'nats' }, patch: expect.stringContaining('"value":0') },
      ],
    });
    expect(cluster.asked).toContain('-n gittix-test-1 scale statefulset/nats --replicas=1');
    expect(said).toContain('waiting for it, and started once: orders 0/2');
  });

  it.each([
    ['kills a container', fakeCluster({ ...waiting(), pods: list(pod(1)) }), /broker was away: orders-1/],
    ['is missed by nobody', fakeCluster(), /nothing waited/],
  ])('may be no broker that %s', async (_what, cluster, message) => {
    await expect(run(cluster, { brokerLate: 1 })).rejects.toThrow(message);
    expect(wasRemoved(cluster)).toBe(true);
  });
});

describe('idle memory', () => {
  const podOf = (memory: string) => ({
    metadata: { name: 'orders-1' },
    status: {
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-21T10:00:00Z' }],
    },
    spec: { containers: [{ resources: { requests: { memory } } }] },
  });
  const measured = (memory: string, second = '30') => ({
    metadata: { name: 'orders-1' },
    timestamp: `2026-11-21T10:00:${second}Z`,
    containers: [{ usage: { memory } }],
  });
  const cluster = (usage: string) => (args: string[]) =>
    Promise.resolve(list(args.includes('--raw') ? measured(usage) : podOf('192Mi')));
  const tell = (usage: string) => tellIdleMemory(cluster(usage), 'shop', (line) => void said.push(line));

  it('is told of every pod', async () => {
    await tell('98304Ki');
    expect(said).toContain('  orders-1 96 of 192 Mi, 50 %');
  });

  it('is not what a pod used before it was idle', async () => {
    const justMade = { ...podOf('192Mi'), status: {} };
    const pods = [list(justMade), list(podOf('192Mi'))];
    const answers = [list(measured('9Mi')), list(), list(measured('10Mi', '29')), list(measured('96Mi'))];
    const kubectl = (args: string[]) =>
      Promise.resolve(
        args.includes('--raw') ? (answers.shift() ?? '') : (pods.shift() ?? list(podOf('192Mi'))),
      );
    await tellIdleMemory(kubectl, 'shop', (line) => void said.push(line), 1);
    expect(said).toContain('  orders-1 96 of 192 Mi, 50 %');
    expect(answers).toEqual([]);
  });

  it('has to leave room below what makes autoscalers add replicas', async () => {
    await expect(tell('164Mi')).rejects.toThrow('idle and over 85 % of the request: orders-1');
  });

  it.each([
    ['1024', 1_024],
    ['1Gi', 2 ** 30],
    ['1.5k', 1_500],
  ])('%s is %d bytes', (quantity, bytes) => expect(bytesOf(quantity)).toBe(bytes));

  it.each(['', '12 MB', '12Zi'])('"%s" is none', (quantity) => {
    expect(() => bytesOf(quantity)).toThrow('is no amount of memory');
  });
});

describe('Ready', () => {
  it.each([
    ['all replicas of the newest revision', {}, []],
    ['not while the controller has not seen the newest revision', { observedGeneration: 1 }, ['orders 2/2']],
    ['not while ready pods are of the old revision', { updatedReplicas: 1 }, ['orders 2/2']],
    ['not while one is missing', { readyReplicas: 1 }, ['orders 1/2']],
    ['not while nothing is known', { readyReplicas: undefined }, ['orders 0/2']],
  ])('means %s', (_what, over, missing) => {
    expect(notReady(list(workload(2, over)))).toEqual(missing);
  });

  it('means as many replicas as an autoscaler is told to keep, before it has said so', () => {
    const autoscaler = {
      kind: 'HorizontalPodAutoscaler',
      spec: { minReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'orders' } },
    };
    expect(notReady(list(workload(2), autoscaler))).toEqual(['orders 2/3']);
  });
});

describe('the front door', () => {
  it('is a gateway with a certificate as well', () => {
    const rendered = `
{ kind: ConfigMap, metadata: { name: stage }, data: { host: shop.test } }
---
{ kind: HTTPRoute, metadata: { name: gittix }, spec: { hostnames: [shop.test], rules: [{}] } }
---
{ kind: HTTPRoute, metadata: { name: to-https }, spec: { hostnames: [shop.test, pay.shop.test] } }
---
{ kind: Certificate, metadata: { name: gittix }, spec: {} }
`;
    expect(addressesOf(rendered)).toEqual({
      url: 'https://shop.test',
      hosts: ['pay.shop.test', 'shop.test'],
    });
  });

  it('needs a stage that names its host', () => {
    expect(() => addressesOf('{ kind: Service, metadata: { name: x } }')).toThrow(/no ConfigMap "stage"/);
  });

  it('needs names that this machine knows', async () => {
    await expect(unknownHosts(['localhost', 'shop.invalid'])).resolves.toEqual(['shop.invalid']);
  });
});

describe('the options', () => {
  it('have defaults', () => {
    expect(parseOptions([])).toEqual({
      overlay: 'infra/k8s/overlays/lab',
      ready: 120,
      brokerLate: 0,
      keep: false,
      operations: false,
      only: ['rollout', 'pods', 'broker', 'hpa'],
      help: false,
    });
  });

  it.each([
    [['--ready', 'soon'], /--ready: /],
    [['--broker-late', 'soon'], /--broker-late: /],
    [['--overlays', 'x'], /--overlays/],
    [['x'], /'x'/],
    [['--operations', '--kill', 'reboot'], /--kill: needs \{container\}/],
    [['--kill', 'x {container}'], /--kill is for --operations/],
    [['--only', 'hpa'], /--only is for --operations/],
    [['--operations', '--only', 'hpa,flood'], /--only.*: has to be some of rollout, pods, broker, hpa/],
  ])('refuse %p', (args, message) => {
    expect(() => parseOptions(args)).toThrow(OptionError);
    expect(() => parseOptions(args)).toThrow(message);
  });
});
