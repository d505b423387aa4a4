/** What a stage's secrets depend on; the overlays say the same in their list of components. */
export interface StageSecrets {
  /** Where databases and broker are: their passwords are made here, or their addresses are given. */
  data: 'in the cluster' | 'outside';
  stripe: 'emulator' | 'account';
  /** Who hands them to the pods: kustomize from files, or the External Secrets operator from Google Secret Manager. */
  kept: 'files' | 'google';
}

export const STAGES = {
  minikube: { data: 'in the cluster', stripe: 'emulator', kept: 'files' },
  dev: { data: 'in the cluster', stripe: 'emulator', kept: 'google' },
  staging: { data: 'in the cluster', stripe: 'account', kept: 'google' },
  production: { data: 'outside', stripe: 'account', kept: 'google' },
} as const satisfies Record<string, StageSecrets>;
export type Stage = keyof typeof STAGES;

export const isStage = (name: string): name is Stage => Object.hasOwn(STAGES, name);
