import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import {
  createKeySource,
  createTokenSigner,
  createTokenVerifier,
  privateJwk,
  type Claims,
} from '../src/auth';
import { newId, silentLogger, testSigner, tokenFor } from '../src/testing';

const keys = createKeySource({ given: testSigner().jwks, logger: silentLogger });
const verifierOf = (options: object = {}) =>
  createTokenVerifier({ keys, issuer: 'gittix', audience: 'gittix', ...options });
const invalid = { name: 'TokenError', reason: 'invalid' };
const jane = newId();

const newKey = (kid: string) =>
  privateJwk.parse({
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
    kid,
  });

describe('a token', () => {
  it('says who, in which session, and since when to the millisecond', async () => {
    const fresh = await verifierOf().verify(tokenFor(jane, { role: 'admin' }));
    expect(fresh).toMatchObject({ sub: jane, role: 'admin', iss: 'gittix', aud: 'gittix' });
    expect(fresh.exp - fresh.iat).toBe(600);
    expect(Math.floor(fresh.ims / 1000)).toBe(fresh.iat);
  });

  it('of long ago is expired', async () => {
    const old = tokenFor(jane, { now: () => 1_700_000_000_123 });
    await expect(verifierOf().verify(old)).rejects.toMatchObject({ name: 'TokenError', reason: 'expired' });
  });

  it('expires while it is remembered', async () => {
    let now = Date.now();
    const verifier = verifierOf({ now: () => now });
    const token = tokenFor(jane);
    await verifier.verify(token);
    now += 601_000;
    await expect(verifier.verify(token)).rejects.toMatchObject({ reason: 'expired' });
  });

  it('is refused at once when revoked, remembered or not', async () => {
    const revoked = new Set<string>();
    const verifier = verifierOf({ isRevoked: ({ sid }: Claims) => revoked.has(sid) });
    const token = tokenFor(jane);
    const { sid } = await verifier.verify(token);
    revoked.add(sid);
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
  });

  it('of another key, issuer, audience or shape is refused', async () => {
    const foreign = createTokenSigner({
      key: newKey('test'),
      issuer: 'gittix',
      audience: 'gittix',
      seconds: 600,
    });
    await expect(
      verifierOf().verify(foreign.sign({ sub: jane, sid: 's', role: 'admin' })),
    ).rejects.toMatchObject(invalid);
    const token = tokenFor(jane);
    await expect(verifierOf({ issuer: 'other' }).verify(token)).rejects.toMatchObject(invalid);
    await expect(verifierOf({ audience: 'other' }).verify(token)).rejects.toMatchObject(invalid);
    const mixed = testSigner().sign({ sub: 'not an id', sid: 's', role: 'user' });
    await expect(verifierOf().verify(mixed)).rejects.toMatchObject(invalid);
  });

  it('that names another algorithm is refused: none, and HMAC with the public key', async () => {
    const [header = '', payload = ''] = tokenFor(jane).split('.');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const none = `${encode({ alg: 'none', kid: 'test' })}.${payload}.`;
    await expect(verifierOf().verify(none)).rejects.toMatchObject(invalid);
    const hmacHead = encode({
      ...(JSON.parse(Buffer.from(header, 'base64url').toString()) as object),
      alg: 'HS256',
    });
    const secret = JSON.stringify(testSigner().jwks.keys[0]);
    const signature = createHmac('sha256', secret).update(`${hmacHead}.${payload}`).digest('base64url');
    await expect(verifierOf().verify(`${hmacHead}.${payload}.${signature}`)).rejects.toMatchObject(invalid);
  });

  it('is remembered in a bounded cache', async () => {
    const verify = jest.spyOn(jwt, 'verify');
    const verifier = verifierOf({ cacheSize: 2 });
    const tokens = [1, 2, 3].map(() => tokenFor(newId()));
    for (const token of [...tokens, ...tokens.slice(1)]) await verifier.verify(token);
    expect(verify).toHaveBeenCalledTimes(3);
    await verifier.verify(tokens[0] ?? '');
    expect(verify).toHaveBeenCalledTimes(4);
    verify.mockRestore();
  });
});

describe('a key source', () => {
  it('fetches an unknown key once for all who ask, and not again too soon', async () => {
    let fetches = 0;
    const signer = createTokenSigner({
      key: newKey('fetched'),
      issuer: 'gittix',
      audience: 'gittix',
      seconds: 600,
    });
    const server = createServer((_req, res) => {
      fetches += 1;
      res.end(JSON.stringify(signer.jwks));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    let now = 0;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    const source = createKeySource({ url, logger: silentLogger, now: () => now });
    const found = await Promise.all(Array.from({ length: 8 }, () => source.get('fetched')));
    expect(found.every(Boolean)).toBe(true);
    for (let n = 0; n < 20; n++) expect(await source.get(`forged-${n}`)).toBeUndefined();
    expect(fetches).toBe(1);
    now = 11_000;
    await source.get('forged');
    expect(fetches).toBe(2);
    await new Promise((resolve) => server.close(resolve));
  });

  it('goes on with the keys it has when auth is down', async () => {
    const source = createKeySource({
      given: testSigner().jwks,
      url: 'http://127.0.0.1:9/jwks',
      logger: silentLogger,
    });
    expect(await source.get('unknown')).toBeUndefined();
    expect(await source.get('test')).toBeDefined();
  });

  it('must be given keys or an address', () => {
    expect(() => createKeySource({ logger: silentLogger })).toThrow('JWKS');
  });
});
