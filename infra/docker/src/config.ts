import { surroundings } from '../../local/src/config';
import type { Surroundings } from '../../local/src/servers/search';

/** The caller's environment, for builders: their registries, stores and credentials are the caller's business. */
export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

/** This machine, for finding servers that go into an image: one that runs at an address elsewhere can't. */
export function machine(say: (line: string) => void): Surroundings {
  const found = surroundings(say);
  const { MONGO_URL: _mongo, NATS_URL: _nats, REDIS_URL: _redis, ...env } = found.env;
  return { ...found, env };
}
