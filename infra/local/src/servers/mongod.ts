import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DryMongoBinary, MongoBinary } from 'mongodb-memory-server';
import { reach } from './download';
import { pathStep, urlStep, versionOf } from './on-path';
import { type Found, type PassedOver, searchInOrder, type Surroundings } from './search';
import { buildStandIn, standInBuiltEarlier } from './stand-in';

/** The version mongodb-memory-server 11.3 itself downloads and is tested with. */
export const MONGOD_VERSION = '8.2.6';
const MINIMUM = '7';
/** Where mongodb-memory-server downloads from. */
const DOWNLOAD_HOST = 'https://fastdl.mongodb.org/';

const HELP =
  'Install MongoDB 7 or newer, or a JDK 17 and Maven (for the stand-in: apt-get install openjdk-17-jdk-headless maven), or set MONGO_URL.';

function downloadDir({ cacheDir }: Surroundings): string {
  return join(cacheDir, `mongod-${MONGOD_VERSION}`);
}

async function asFound(location: string, how: string): Promise<Found | PassedOver> {
  const told = await versionOf(location);
  if ('problem' in told) return { passedOver: `${location} ${told.problem}` };
  return { kind: 'binary', location, version: told.version, why: `${told.version}, ${how}, ${location}` };
}

async function fetchedEarlier(surroundings: Surroundings): Promise<Found | PassedOver> {
  const directory = downloadDir(surroundings);
  if (existsSync(directory)) {
    const location = await DryMongoBinary.locateBinary({ version: MONGOD_VERSION, downloadDir: directory });
    if (location !== undefined) {
      const found = await asFound(location, 'fetched earlier');
      if ('location' in found) return found;
      surroundings.say(`mongod: earlier copy: ${found.passedOver}`);
    }
  }
  return standInBuiltEarlier(surroundings);
}

/** mongodb-memory-server's own download, behind a short question whether its host can be reached at all. */
async function download(surroundings: Surroundings): Promise<Found | PassedOver> {
  const directory = downloadDir(surroundings);
  try {
    await reach(surroundings.fetch, DOWNLOAD_HOST);
    surroundings.say(`mongod: downloading ${MONGOD_VERSION}`);
    const location = await MongoBinary.getPath({
      version: MONGOD_VERSION,
      downloadDir: directory,
      checkMD5: true,
    });
    return await asFound(location, 'the official download');
  } catch (error) {
    return { passedOver: (error as Error).message };
  }
}

/** MongoDB: MONGO_URL, PATH, earlier copy, official download, the stand-in. */
export function findMongod(surroundings: Surroundings): Promise<Found> {
  return searchInOrder(
    'mongod',
    [
      urlStep('MONGO_URL', surroundings),
      pathStep(['mongod'], MINIMUM, surroundings),
      { name: 'earlier copy', look: () => fetchedEarlier(surroundings) },
      { name: 'official download', look: () => download(surroundings) },
      { name: 'stand-in', look: () => buildStandIn(surroundings) },
    ],
    HELP,
    surroundings.say,
  );
}
