import { join } from 'node:path';
import { LAB_SERVERS, type LabServer, stageServer } from './lab/servers';
import { dockerfileOf, type Part, PART_NAMES } from './parts';

/** One image as it is built. `context` is made ready when its turn comes. */
export interface ImageSource {
  name: string;
  /** Absolute path. */
  dockerfile: string;
  context(say: (line: string) => void): Promise<string>;
  /** What it may weigh at most, base included, in MB; none for what never leaves the machine. */
  budgetMb?: number;
}

const SERVICE_MB = 180;
const CLIENT_MB = 250;

const ofPart = (root: string, part: Part): ImageSource => ({
  name: `gittix-${part}`,
  dockerfile: join(root, dockerfileOf(part)),
  context: () => Promise.resolve(root),
  budgetMb: part === 'client' ? CLIENT_MB : SERVICE_MB,
});

const ofServer = (root: string, server: LabServer): ImageSource => ({
  name: server,
  dockerfile: join(root, 'infra/docker/lab', server, 'Dockerfile'),
  context: (say) => stageServer(root, server, say),
});

export type ImageName = Part | LabServer;
export const IMAGE_NAMES: readonly ImageName[] = [...PART_NAMES, ...LAB_SERVERS];
export const isImageName = (name: string): name is ImageName => (IMAGE_NAMES as string[]).includes(name);

const isServer = (name: ImageName): name is LabServer => (LAB_SERVERS as readonly string[]).includes(name);

export function imageSource(root: string, name: ImageName): ImageSource {
  return isServer(name) ? ofServer(root, name) : ofPart(root, name);
}
