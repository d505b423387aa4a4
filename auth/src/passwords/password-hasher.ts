import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { createWaitingLine } from './waiting-line';

export interface PasswordHasher {
  /** An argon2id hash in PHC format, salted. Rejects with 503 when too many wait. */
  hash(password: string): Promise<string>;
  /** Whether this is the password. Without a hash (nobody has that e-mail) the same work is done and the answer is false. */
  matches(password: string, passwordHash: string | undefined): Promise<boolean>;
}

/** OWASP's second choice of parameters: 19 MiB, two passes, one lane; about 11-20 ms a hash. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Hashing runs on libuv's four threads, which DNS, files and compression need too: `atOnce` bounds how many it takes, and
 * thereby memory (19 MiB each).
 */
export async function createPasswordHasher(limits: {
  atOnce: number;
  mostWaiting: number;
}): Promise<PasswordHasher> {
  const inTurn = createWaitingLine(limits);
  // Nobody's password, hashed with the same parameters.
  const decoy = await hash(randomBytes(32), ARGON2ID);
  return {
    hash: (password) => inTurn(() => hash(composed(password), ARGON2ID)),
    matches: async (password, passwordHash) => {
      const same = await inTurn(() => verify(passwordHash ?? decoy, composed(password)));
      return same && passwordHash !== undefined;
    },
  };
}

/** One password, whatever way a keyboard composes its accents (NIST SP 800-63B 5.1.1.2). */
function composed(password: string): string {
  return password.normalize('NFKC');
}
