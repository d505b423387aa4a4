import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdStill } from '../../src/operations/autoscale';
import { deletion } from '../../src/operations/delete-pods';
import type { Ground } from '../../src/operations/ground';
import { killBy, killOne } from '../../src/operations/kill';
import { lookingPod } from '../../src/operations/last-look';
import type { Pod } from '../../src/operations/namespace';
import { ProcessWatch } from '../../src/operations/process-watch';
import { throughPort } from '../../src/operations/sources';
import { untilReplaced } from '../../src/operations/until';
import { loseVolume, volumeOf } from '../../src/operations/volume';
import { fakeNamespace, list, pod } from '../support/namespace';

describe('the way to a database', () => {
  it.each([
    [
      'mongodb://mongo:27017/gittix-auth?w=majority',
      'mongodb://127.0.0.1:9/gittix-auth?directConnection=true',
    ],
    [
      'mongodb://orders:s%40crt@mongo-0.mongo:27017,mongo-1.mongo:27017/gittix-orders?replicaSet=rs0&authSource=admin',
      'mongodb://orders:s%40crt@127.0.0.1:9/gittix-orders?directConnection=true&authSource=admin',
    ],
  ])('of %s leads through the port', (url, expected) => {
    expect(throughPort(url, 9)).toBe(expected);
  });

  it('is refused when it names no database, and its password is not told', () => {
    expect(() => throughPort('mongodb://orders:secret@mongo', 9)).toThrow(/^MONGO_URL is no address/);
  });
});

describe('Secrets', () => {
  const data = { KEY: Buffer.from('value').toString('base64') };
  const { namespace } = fakeNamespace({
    'get secrets': list(
      { metadata: { name: 'auth-secrets-extra' }, data: {} },
      { metadata: { name: 'auth-secrets-5bh7k2m9t4' }, data },
    ),
  });

  it('are found by the name they have in the overlay', async () => {
    const secret = await namespace.secrets();
    expect(secret('auth-secrets', 'KEY')).toBe('value');
    expect(() => secret('auth-secrets', 'OTHER')).toThrow(/no OTHER in a Secret auth-secrets of shop/);
  });
});

describe('a pod that is deleted', () => {
  it('ends at once, but on a volume never beside its successor', () => {
    const workload = { name: 'x', component: '', replicas: 1 };
    const of = (kind: 'Deployment' | 'StatefulSet') =>
      deletion({ ...workload, kind }, 'x-0', 'deleted at once').join(' ');
    expect(of('Deployment')).toBe('delete pod x-0 --wait --grace-period=0 --force');
    expect(of('StatefulSet')).toBe('delete pod x-0 --wait --grace-period=1');
    expect(deletion({ ...workload, kind: 'Deployment' }, 'x-0', 'deleted with grace')).toEqual(
      'delete pod x-0 --wait'.split(' '),
    );
  });

  it('is replaced only when old ones are gone and new ones are Ready', async () => {
    const looks = [
      list(pod('a'), pod('c', { ready: false })),
      list(pod('c'), pod('b', { ending: true })),
      list(pod('c'), pod('b')),
      list(pod('c'), pod('d')),
    ];
    const { namespace, asked } = fakeNamespace({ 'get pods': () => looks.shift() });
    const gone = [pod('a'), pod('b')].map(({ metadata }) => ({ uid: metadata.uid })) as never;
    const now = await untilReplaced(namespace, 'orders', { replicas: 2, gone }, 1);
    expect(now.map(({ name }) => name)).toEqual(['c', 'd']);
    expect(asked).toHaveLength(4);
  });
});

describe('how containers lived', () => {
  it('is told of those that are gone too, without what happened before the load', async () => {
    const { namespace, table } = fakeNamespace({
      'get pods': list(pod('a', { restarts: 2, lastEnd: 1 }), pod('b')),
      logs: 'fine',
    });
    const watch = new ProcessWatch(namespace);
    await watch.begin();
    Object.assign(table, {
      'get pods': list(pod('a', { restarts: 3, lastEnd: 137 }), pod('c'), pod('d', { ending: true })),
      logs: 'fine\n{"level":"fatal","msg":"gone"}',
    });
    await watch.look();
    const stories = watch.stories.map(({ name, restarts, ends, fatalLines }) => [
      name,
      restarts,
      ends,
      fatalLines,
    ]);
    const fatal = ['{"level":"fatal","msg":"gone"}'];
    expect(stories).toEqual([
      ['a/app', 1, ['ended with SIGKILL'], fatal],
      ['b/app', 0, [], []],
      ['c/app', 0, [], fatal],
    ]);
    expect(watch.logs.map(([name]) => name)).toEqual(['a/app', 'b/app', 'c/app']);
  });
});

describe('a container that we kill', () => {
  const ground = (looks: object[]) => {
    const { namespace } = fakeNamespace({ 'get pods': () => looks.shift() ?? looks, logs: '' });
    return { namespace, watch: new ProcessWatch(namespace) } as unknown as Ground;
  };

  it('ends by us; its pod is waited for, and another end of it is not ours', async () => {
    const again = list(pod('nats-0', { restarts: 1, lastEnd: 137 }));
    const twice = list(pod('nats-0', { restarts: 2, lastEnd: 1 }));
    const own = ground([list(pod('nats-0')), list(pod('nats-0')), again, again, twice]);
    const killed: string[] = [];
    await own.watch.begin();
    const [victim] = await own.namespace.pods();
    await killOne(own, victim as Pod, (id) => Promise.resolve(void killed.push(id)));
    await own.watch.look();
    expect(killed).toEqual(['0123456789ab']);
    expect(own.watch.stories).toMatchObject([{ restarts: 1, killedByUs: 1, ends: ['ended with SIGKILL'] }]);
    await own.watch.look();
    expect(own.watch.stories).toMatchObject([{ restarts: 2, killedByUs: 1, ends: ['ended with 1 Error'] }]);
  });

  it('is named to the command by its id, and a command that fails is told', async () => {
    await killBy('test {container} = 0123456789ab', process.env)('0123456789ab');
    await expect(killBy('echo no; false {container}', process.env)('0123456789ab')).rejects.toThrow(
      /false 0123456789ab failed with 1:\nno/,
    );
    await expect(killBy('{container}', process.env)('x; reboot')).rejects.toThrow(/no id of a container/);
  });
});

describe('a pod of a StatefulSet that was deleted', () => {
  it('is another than its successor of the same name', async () => {
    const { namespace, table } = fakeNamespace({
      'get pods': list(pod('nats-0', { restarts: 1, lastEnd: 1 })),
      logs: '',
    });
    const watch = new ProcessWatch(namespace);
    await watch.begin();
    const next = pod('nats-0');
    next.metadata.uid = 'another';
    table['get pods'] = list(next);
    await watch.look();
    expect(watch.stories.map(({ restarts, ends }) => [restarts, ends])).toEqual([
      [0, []],
      [0, []],
    ]);
  });
});

describe('the volume of the broker', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gittix-volume-'));
    await mkdir(join(directory, 'jetstream'));
    await writeFile(join(directory, 'jetstream/1.blk'), 'x');
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const bound = (spec: object) =>
    fakeNamespace({
      'get pvc data-nats-0': { spec: { volumeName: 'pv-1' } },
      'get pv pv-1': { metadata: { name: 'pv-1' }, spec },
      'delete pvc data-nats-0': '',
      'patch pv pv-1': '',
    });

  it('goes with its claim where the cluster deletes it', async () => {
    const { namespace, asked } = bound({ persistentVolumeReclaimPolicy: 'Delete' });
    await loseVolume(namespace, await volumeOf(namespace, 'data-nats-0'));
    expect(asked.filter((words) => !words.startsWith('get'))).toEqual([
      expect.stringMatching(/^delete pvc data-nats-0 --wait/),
    ]);
  });

  it('is emptied and released where it is a directory of this machine', async () => {
    const { namespace, asked } = bound({
      persistentVolumeReclaimPolicy: 'Retain',
      local: { path: directory },
    });
    await loseVolume(namespace, await volumeOf(namespace, 'data-nats-0'));
    expect(existsSync(join(directory, 'jetstream'))).toBe(false);
    expect(existsSync(directory)).toBe(true);
    expect(asked.at(-1)).toMatch(/^patch pv pv-1 .*claimRef/);
  });

  it('is left alone, before anything is stopped, where neither is so', async () => {
    const { namespace } = bound({ persistentVolumeReclaimPolicy: 'Retain', local: { path: '/not/of/here' } });
    await expect(volumeOf(namespace, 'data-nats-0')).rejects.toThrow(/pv-1 outlives its claim/);
  });
});

describe('the last look at a store', () => {
  it('is by the same program, under a name to which no Service leads', () => {
    const template = {
      metadata: { labels: { 'app.kubernetes.io/name': 'nats' } },
      spec: {
        securityContext: { runAsNonRoot: true },
        containers: [{ name: 'nats' }],
        volumes: [{ name: 'tmp' }],
      },
    };
    expect(lookingPod(JSON.stringify({ spec: { template } }), 'nats-last-look', 'data-nats-0')).toMatchObject(
      {
        metadata: { labels: { 'app.kubernetes.io/name': 'nats-last-look' } },
        spec: {
          securityContext: { runAsNonRoot: true },
          containers: [{ name: 'nats' }],
          volumes: [{ name: 'tmp' }, { name: 'data', persistentVolumeClaim: { claimName: 'data-nats-0' } }],
        },
      },
    );
  });
});

describe('autoscalers that hold still', () => {
  it('have their fewest replicas as their most, and what they were is known', async () => {
    const autoscaler = { metadata: { name: 'orders' }, spec: { minReplicas: 2, maxReplicas: 4 } };
    const { namespace, asked } = fakeNamespace({
      'get hpa': list(autoscaler),
      'patch hpa orders': '',
      'get pods': list(pod('a'), pod('b'), pod('m', { part: 'mongo' })),
    });
    const before = await holdStill(namespace);
    expect(before[0]?.spec.maxReplicas).toBe(4);
    expect(asked).toContain('patch hpa orders --type=merge -p {"spec":{"maxReplicas":2}}');
  });
});
