import { copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findNatsServer } from '../../../local/src/servers/nats-server';
import { findNatsStreamingServer } from '../../../local/src/servers/nats-streaming-server';
import { searchInOrder, type Surroundings } from '../../../local/src/servers/search';
import { buildStandIn, standInBuiltEarlier } from '../../../local/src/servers/stand-in';
import { machine } from '../config';

/** Servers for a cluster that can pull no image, made of what `npm start` would run. Their Dockerfiles: infra/docker/lab. */
export const LAB_SERVERS = ['mongod-stand-in', 'redis', 'nats', 'nats-streaming'] as const;
export type LabServer = (typeof LAB_SERVERS)[number];

type Stage = (to: string, on: Surroundings) => Promise<void>;

const STAGES: Record<LabServer, Stage> = {
  'mongod-stand-in': async (to, on) => {
    const steps = [
      { name: 'earlier copy', look: () => standInBuiltEarlier(on) },
      { name: 'stand-in', look: () => buildStandIn(on) },
    ];
    const { location } = await searchInOrder('mongod stand-in', steps, 'Install a JDK 17 and Maven.', on.say);
    for (const part of ['classes', 'lib']) {
      await cp(join(dirname(location), part), join(to, part), { recursive: true });
    }
  },
  // Debian's own package.
  redis: () => Promise.resolve(),
  nats: async (to, on) => binary((await findNatsServer(on)).location, to),
  'nats-streaming': async (to, on) => binary((await findNatsStreamingServer(on)).location, to),
};

const binary = (location: string, to: string) => copyFile(location, join(to, basename(location)));

/** The context of a server's image: found or made as `npm start` would, and copied to a directory of its own. */
export async function stageServer(
  root: string,
  server: LabServer,
  say: (line: string) => void,
): Promise<string> {
  const directory = join(root, '.gittix/images', server);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await STAGES[server](directory, machine(say));
  return directory;
}
