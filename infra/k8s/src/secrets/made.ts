import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { privateJwk } from '@gittix/common/auth';
import { z } from 'zod';
import { makeSigningKey } from '../../../local/src/supervisor/secrets';

/** Services with a database of their own. */
export const OWNERS = ['auth', 'tickets', 'orders', 'payments'] as const;
export type Owner = (typeof OWNERS)[number];

const password = z.string().regex(/^[0-9a-f]{48}$/, 'is not one of ours');

/** What nobody has to think up. Kept, so that a database made with a password goes on knowing it. */
const schema = z.object({
  signingKey: privateJwk,
  mongo: z.object({
    keyFile: z.string(),
    root: password,
    users: z.object({ auth: password, tickets: password, orders: password, payments: password }),
  }),
  redis: password,
  stripe: z.object({ secretKey: z.string(), publishableKey: z.string(), webhookSecret: z.string() }),
});
export type Made = z.infer<typeof schema>;

const random = (bytes: number) => randomBytes(bytes).toString('hex');

/** Passwords are hexadecimal: the same in an URL, a shell and a configuration file. */
export function makeAll(): Made {
  return {
    signingKey: makeSigningKey(),
    mongo: {
      keyFile: randomBytes(512).toString('base64'),
      root: random(24),
      users: { auth: random(24), tickets: random(24), orders: random(24), payments: random(24) },
    },
    redis: random(24),
    stripe: {
      secretKey: `sk_test_${random(16)}`,
      publishableKey: `pk_test_${random(16)}`,
      webhookSecret: `whsec_${random(16)}`,
    },
  };
}

/** What is there stays; what a newer version asks for besides is added. Readable by the owner only. */
export async function loadMade(file: string): Promise<Made> {
  const earlier = await readEarlier(file);
  const made = { ...makeAll(), ...earlier };
  const result = schema.safeParse(made);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new SecretsError(`${file} can't be used:\n${problems.join('\n')}`);
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify(result.data, null, 2)}\n`, { mode: 0o600 });
  return result.data;
}

async function readEarlier(file: string): Promise<object> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new SecretsError(`${file} can't be used: it is no JSON object`, { cause: error });
  }
}

/** Something a person has to put right; the message says what. */
export class SecretsError extends Error {
  override readonly name = 'SecretsError';
}
