import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSecretsOptions } from '../src/options';
import { writeSecrets } from '../src/secrets/write';

describe('npm run secrets', () => {
  let k8s: string;
  beforeEach(async () => {
    k8s = await mkdtemp(join(tmpdir(), 'gittix-secrets-'));
  });
  afterEach(() => rm(k8s, { recursive: true, force: true }));

  const directory = (stage: string) => join(k8s, 'overlays', stage, 'secrets');
  const read = async (stage: string) => {
    const names = (await readdir(directory(stage))).sort();
    const entries = names.map(async (name) => [name, await readFile(join(directory(stage), name), 'utf8')]);
    return Object.fromEntries(await Promise.all(entries)) as Record<string, string>;
  };

  it('makes files that only their owner can read', async () => {
    const files = await writeSecrets(k8s, 'minikube');
    expect(files).toHaveLength(9);
    for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('run again changes nothing', async () => {
    await writeSecrets(k8s, 'minikube');
    const first = await read('minikube');
    await writeSecrets(k8s, 'minikube');
    expect(await read('minikube')).toEqual(first);
  });

  it('adds what a newer version asks for and keeps the rest', async () => {
    await writeSecrets(k8s, 'minikube');
    const file = join(directory('minikube'), '.made.json');
    const { redis: _redis, ...older } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    const before = await read('minikube');
    await writeFile(file, JSON.stringify(older));
    await writeSecrets(k8s, 'minikube');
    const after = await read('minikube');
    expect(after['redis.env']).not.toEqual(before['redis.env']);
    expect(after['mongo.env']).toEqual(before['mongo.env']);
  });

  it('gives both sides the same passwords and keys', async () => {
    await writeSecrets(k8s, 'minikube');
    const files = await read('minikube');
    const value = (file: string, key: string) =>
      new RegExp(`^${key}=(.*)$`, 'm').exec(files[`${file}.env`] ?? '')?.[1] ?? `no ${key}`;
    expect(value('orders', 'MONGO_URL')).toContain(`://orders:${value('mongo', 'ORDERS_PASSWORD')}@`);
    expect(value('expiration', 'REDIS_URL')).toContain(`:${value('redis', 'REDIS_PASSWORD')}@`);
    expect(value('payments', 'STRIPE_WEBHOOK_SECRETS')).toBe(value('stripe-emulator', 'WEBHOOK_SECRET'));
    const { x } = JSON.parse(value('auth', 'JWT_PRIVATE_KEY')) as { x: string };
    expect(value('client', 'JWKS')).toContain(x);
    expect(value('client', 'JWKS')).not.toContain('"d"');
  });

  it('for Google Secret Manager: one JSON object a part', async () => {
    await writeSecrets(k8s, 'dev');
    const files = await read('dev');
    expect(JSON.parse(files['orders.json'] ?? '')).toEqual({
      MONGO_URL: expect.stringMatching(/^mongodb:/) as string,
      JWKS: expect.any(String) as string,
    });
  });

  it('names everything that only a person knows, at once', async () => {
    const given = join(k8s, 'given.env');
    await writeFile(
      given,
      '# ours\nSTRIPE_SECRET_KEY=sk_live_x\n\nREDIS_URL=rediss://:p=w@redis.example:6379\n',
    );
    const failing = writeSecrets(k8s, 'production', given);
    await expect(failing).rejects.toThrow(
      /NATS_URL\n {2}AUTH_MONGO_URL\n(.*\n)*.*STRIPE_PUBLISHABLE_KEY\n {2}STRIPE_WEBHOOK_SECRETS$/,
    );
    await expect(failing).rejects.not.toThrow(/sk_live|STRIPE_SECRET_KEY|REDIS_URL/);
  });

  it('refuses a file it cannot read, without showing values', async () => {
    const given = join(k8s, 'given.env');
    await writeFile(given, 'sk_live_forgotten_key\n');
    await expect(writeSecrets(k8s, 'staging', given)).rejects.toThrow(`${given}, line 1: is no KEY=value`);
    await expect(writeSecrets(k8s, 'staging', join(k8s, 'none'))).rejects.toThrow("can't be read");
  });

  it('refuses a file of its own that somebody broke, instead of making new passwords', async () => {
    await writeSecrets(k8s, 'minikube');
    await writeFile(join(directory('minikube'), '.made.json'), '{"redis":"short"}');
    await expect(writeSecrets(k8s, 'minikube')).rejects.toThrow(
      /\.made\.json can't be used:\nredis: is not one/,
    );
  });

  it('says what there is when the overlay is missing or unknown', () => {
    expect(parseSecretsOptions(['--overlay', 'minikube'])).toEqual({ stage: 'minikube', given: undefined });
    expect(() => parseSecretsOptions([])).toThrow('--overlay is needed: one of minikube, dev');
    expect(() => parseSecretsOptions(['--overlay', 'lab'])).toThrow('takes those of minikube');
    expect(() => parseSecretsOptions(['--force'])).toThrow('Known options: --overlay, --given, --help.');
  });
});
