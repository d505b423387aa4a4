import { aptInstall } from './apt';
import { findOnPath, pathStep, urlStep } from './on-path';
import { type Found, type PassedOver, searchInOrder, type Surroundings } from './search';

const MINIMUM = '6.2';
const NAMES = ['redis-server', 'valkey-server'];

const HELP =
  'Install redis 6.2 or newer (Debian: apt-get install redis-server; macOS: brew install redis), or set REDIS_URL.';

async function install(surroundings: Surroundings): Promise<Found | PassedOver> {
  const problem = await aptInstall(['redis-server'], surroundings);
  return problem ?? findOnPath(NAMES, MINIMUM, surroundings);
}

/** Redis: REDIS_URL, PATH, apt-get. */
export function findRedisServer(surroundings: Surroundings): Promise<Found> {
  return searchInOrder(
    'redis-server',
    [
      urlStep('REDIS_URL', surroundings),
      pathStep(NAMES, MINIMUM, surroundings),
      { name: 'apt-get', look: () => install(surroundings) },
    ],
    HELP,
    surroundings.say,
  );
}
