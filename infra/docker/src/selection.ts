import type { BaseImages } from './content/tag';
import type { ImageName } from './images';
import { LAB_IMAGES } from './lab/lab-images';
import type { Options } from './options';
import { PART_NAMES } from './parts';

export interface Selection extends BaseImages {
  /** In the order in which they are built. */
  names: ImageName[];
}

/**
 * What is built, and on which base. A cluster that can pull no image (`--lab`) has no base to run on either, unless one is
 * given: `node` is built first, and the others on it.
 */
export function selectionOf({ names, lab, prefix, tag, buildImage, runImage }: Options): Selection {
  const chosen: ImageName[] = names.length > 0 ? names : [...PART_NAMES];
  if (!lab) return { names: chosen, buildImage, runImage };
  return {
    names: [...new Set<ImageName>(['node', ...chosen, ...LAB_IMAGES])],
    buildImage,
    runImage: runImage ?? `${prefix}node:${tag === 'content' ? 'local' : tag}`,
  };
}
