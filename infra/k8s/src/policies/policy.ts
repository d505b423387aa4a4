import type { z } from 'zod';
import type { KubeObject } from '../render/objects';

/** What a policy is given: everything one overlay renders, and the settings that each part of ours reads. */
export interface Stage {
  objects: KubeObject[];
  settings: Record<string, z.ZodObject>;
}

/** One rule. Answers a sentence for each place where it is broken. */
export type Policy = (stage: Stage) => string[];
