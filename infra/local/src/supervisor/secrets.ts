import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { privateJwk } from '@gittix/common/auth';
import { z } from 'zod';

const secrets = z.object({
  /** Signs the tokens of auth. */
  signingKey: privateJwk,
  /** Made up for the emulator. */
  stripe: z.object({ secretKey: z.string(), publishableKey: z.string(), webhookSecret: z.string() }),
  /** Of the demo accounts that --seed makes. */
  demoPassword: z.string(),
});
export type Secrets = z.infer<typeof secrets>;

/** A new key that signs tokens; ES256. */
export function makeSigningKey(): z.infer<typeof privateJwk> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y, d } = privateKey.export({ format: 'jwk' });
  // The key's own fingerprint as its id (RFC 7638), so that a new key never has an old id.
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return privateJwk.parse({ kty, crv, x, y, d, kid, alg: 'ES256', use: 'sig' });
}

const random = (bytes: number) => randomBytes(bytes).toString('hex');

/** The keys of this machine, made at the first start and kept with its data (readable by the owner only). */
export async function loadSecrets(file: string): Promise<Secrets> {
  try {
    return secrets.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Error(`${file} can't be used; --reset makes a new one`, { cause: error });
    }
  }
  const made: Secrets = {
    signingKey: makeSigningKey(),
    stripe: {
      secretKey: `sk_test_${random(16)}`,
      publishableKey: `pk_test_${random(16)}`,
      webhookSecret: `whsec_${random(16)}`,
    },
    demoPassword: `demo-${random(5)}`,
  };
  await writeFile(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}

/** The public half, as every service takes it in JWKS. */
export function publicJwks({ signingKey }: Pick<Secrets, 'signingKey'>): string {
  const { kty, crv, x, y, kid } = signingKey;
  return JSON.stringify({ keys: [{ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }] });
}
