import { z } from 'zod';

const local = z.strictObject({ context: z.string().min(1), namespace: z.string().min(1) });
const cloud = z.strictObject({
  project: z.string().min(1),
  region: z.string().min(1),
  cluster: z.string().min(1),
  namespace: z.string().min(1),
});

/** Where each stage lives (stages.yaml). */
export const stagesFile = z.strictObject({ minikube: local, dev: cloud, staging: cloud, production: cloud });
export type Stages = z.infer<typeof stagesFile>;
export type StageName = keyof Stages;
export const STAGES = Object.keys(stagesFile.shape) as StageName[];

/** What stands in the committed files until an operator puts the name of a project there. */
export const PLACEHOLDER = 'your-project';

/** What the environment says of the cloud; it wins over the file. */
export interface CloudSettings {
  project: string | undefined;
  region: string | undefined;
  cluster: string | undefined;
}

/** A place kubectl can be pointed at. */
export interface Place {
  /** Name of the kubectl context. */
  context: string;
  namespace: string;
  /** Undefined for a cluster on this machine. */
  cloud?: { project: string; region: string; cluster: string };
}

/** Throws while nobody has said which project it is. */
export function placeOf(stage: StageName, stages: Stages, settings: CloudSettings): Place {
  const found = stages[stage];
  if ('context' in found) return found;
  const project = settings.project ?? found.project;
  const region = settings.region ?? found.region;
  const cluster = settings.cluster ?? found.cluster;
  if (project === PLACEHOLDER) {
    throw new Error(
      `${stage} has no project yet: set GITTIX_PROJECT, or write it into infra/cloudbuild/stages.yaml.`,
    );
  }
  // The name gcloud gives the context of a cluster.
  const context = `gke_${project}_${region}_${cluster}`;
  return { context, namespace: found.namespace, cloud: { project, region, cluster } };
}
