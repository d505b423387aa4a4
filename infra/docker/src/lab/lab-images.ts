import { copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findNatsServer } from '../../../local/src/servers/nats-server';
import { findNatsStreamingServer } from '../../../local/src/servers/nats-streaming-server';
import { searchInOrder, type Surroundings } from '../../../local/src/servers/search';
import { buildStandIn, standInBuiltEarlier } from '../../../local/src/servers/stand-in';
import { machine } from '../config';

/**
 * For a cluster that can pull no image: the servers, made of what `npm start` would run, and `node`, a RUN_IMAGE for the
 * parts. Their Dockerfiles: infra/docker/lab.
 */
export const LAB_IMAGES = ['node', 'mongod-stand-in', 'redis', 'nats', 'nats-streaming'] as const;
export type LabImage = (typeof LAB_IMAGES)[number];

type Stage = (to: string, on: Surroundings) => Promise<void>;

const STAGES: Record<LabImage, Stage> = {
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
  // Made of the base image alone, with Debian's own package.
  node: () => Promise.resolve(),
  redis: () => Promise.resolve(),
  nats: async (to, on) => binary((await findNatsServer(on)).location, to),
  'nats-streaming': async (to, on) => binary((await findNatsStreamingServer(on)).location, to),
};

const binary = (location: string, to: string) => copyFile(location, join(to, basename(location)));

/** The context of such an image: what `npm start` would find or make, copied to a directory of its own. */
export async function stageLabImage(
  root: string,
  name: LabImage,
  say: (line: string) => void,
): Promise<string> {
  const directory = join(root, '.gittix/images', name);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await STAGES[name](directory, machine(say));
  return directory;
}
