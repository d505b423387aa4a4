import type { CloudSettings } from './ctx/stages';

/** The caller's environment as it is, for the programs that are started with it. */
export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

/** What the environment says of the cloud. */
export function cloudSettings(env: NodeJS.ProcessEnv = process.env): CloudSettings {
  return {
    project: env.GITTIX_PROJECT || undefined,
    region: env.GITTIX_REGION || undefined,
    cluster: env.GITTIX_CLUSTER || undefined,
  };
}
