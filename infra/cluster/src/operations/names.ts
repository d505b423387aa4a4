/** Names that `--only` takes. */
export const OPERATIONS = ['rollout', 'pods', 'broker', 'hpa'] as const;
export type OperationName = (typeof OPERATIONS)[number];
