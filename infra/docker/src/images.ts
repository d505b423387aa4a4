import { join } from 'node:path';
import { LAB_IMAGES, type LabImage, stageLabImage } from './lab/lab-images';
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

const ofLab = (root: string, name: LabImage): ImageSource => ({
  name,
  dockerfile: join(root, 'infra/docker/lab', name, 'Dockerfile'),
  context: (say) => stageLabImage(root, name, say),
});

export type ImageName = Part | LabImage;
export const IMAGE_NAMES: readonly ImageName[] = [...PART_NAMES, ...LAB_IMAGES];
export const isImageName = (name: string): name is ImageName => (IMAGE_NAMES as string[]).includes(name);

const isLab = (name: ImageName): name is LabImage => (LAB_IMAGES as readonly string[]).includes(name);

export function imageSource(root: string, name: ImageName): ImageSource {
  return isLab(name) ? ofLab(root, name) : ofPart(root, name);
}
