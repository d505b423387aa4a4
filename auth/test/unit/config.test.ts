import { ConfigError } from '@gittix/common/config';
import { readConfig } from '../../src/config';
import { newKey } from '../support/auth-app';

const key = newKey();
const enough = {
  MONGO_URL: 'mongodb://127.0.0.1:27017/auth',
  NATS_URL: 'nats://127.0.0.1:4222',
  JWT_PRIVATE_KEY: JSON.stringify(key),
};

function problems(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('needs three settings and has defaults for the others', () => {
    const config = readConfig(enough);
    expect(config).toMatchObject({
      PORT: 3000,
      INTERNAL_PORT: 9090,
      COOKIE_SECURE: true,
      SESSION_SECONDS: 43_200,
      HASH_CONCURRENCY: 2,
      HASH_QUEUE: 128,
      TOKEN_ISSUER: 'gittix',
      TOKEN_AUDIENCE: 'gittix',
    });
    expect(config.JWT_PRIVATE_KEY).toEqual(key);
  });

  it('names every bad setting at once and echoes none of them', () => {
    const found = problems({ SESSION_SECONDS: '-1', HASH_CONCURRENCY: '99', COOKIE_SECURE: 'secret-value' });
    for (const name of [
      'MONGO_URL',
      'NATS_URL',
      'JWT_PRIVATE_KEY',
      'SESSION_SECONDS',
      'HASH_CONCURRENCY',
      'COOKIE_SECURE',
    ]) {
      expect(found).toContainEqual(expect.stringContaining(name));
    }
    expect(found.join()).not.toContain('secret-value');
  });

  it.each([
    ['no JSON', '-----BEGIN PRIVATE KEY-----'],
    ['a public key', JSON.stringify({ ...key, d: undefined })],
    ['a key without an id', JSON.stringify({ ...key, kid: undefined })],
    ['an RSA key', JSON.stringify({ kty: 'RSA', kid: 'a', n: 'a', e: 'AQAB', d: 'a' })],
    ['halves of two keys', JSON.stringify({ ...key, d: newKey().d })],
    ['a point off the curve', JSON.stringify({ ...key, x: key.y })],
  ])('refuses %s as the signing key without showing it', (_what, text) => {
    const found = problems({ ...enough, JWT_PRIVATE_KEY: text });
    expect(found.length).toBeGreaterThan(0);
    for (const problem of found) expect(problem).toMatch(/^JWT_PRIVATE_KEY/);
    expect(found.join()).not.toContain(key.d);
    expect(found.join()).not.toContain('BEGIN');
  });

  it('refuses a session that outlives what the bus remembers', () => {
    expect(problems({ ...enough, SESSION_SECONDS: '1209601' })).toHaveLength(1);
    expect(problems({ ...enough, SESSION_SECONDS: '1209600' })).toEqual([]);
  });
});
