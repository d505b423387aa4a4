import { aptInstall } from './apt';
import { findOnPath, pathStep, versionOf } from './on-path';
import { type Found, type PassedOver, searchInOrder, type Surroundings } from './search';

const MINIMUM = '110';
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const HELP = 'Install Chromium (Debian: apt-get install chromium), or set CHROMIUM_PATH to the binary.';

async function named(surroundings: Surroundings): Promise<Found | PassedOver> {
  const location = surroundings.env.CHROMIUM_PATH;
  if (!location) return { passedOver: 'not set' };
  const told = await versionOf(location);
  if ('problem' in told) return { passedOver: `${location} ${told.problem}` };
  return {
    kind: 'binary',
    location,
    version: told.version,
    why: `${location} (${told.version}), by CHROMIUM_PATH`,
  };
}

async function install(surroundings: Surroundings): Promise<Found | PassedOver> {
  const problem = await aptInstall(['chromium'], surroundings);
  return problem ?? findOnPath(NAMES, MINIMUM, surroundings);
}

/** Chromium for the browser tests: CHROMIUM_PATH, PATH, apt-get. */
export function findChromium(surroundings: Surroundings): Promise<Found> {
  return searchInOrder(
    'chromium',
    [
      { name: 'CHROMIUM_PATH', look: () => named(surroundings) },
      pathStep(NAMES, MINIMUM, surroundings),
      { name: 'apt-get', look: () => install(surroundings) },
    ],
    HELP,
    surroundings.say,
  );
}
