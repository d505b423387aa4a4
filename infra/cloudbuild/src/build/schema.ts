import { z } from 'zod';

const duration = z.string().regex(/^\d+s$/, 'a duration is seconds with an s');
const name = z.string().regex(/^_[A-Z0-9_]+$/, 'the name of a substitution of our own is _UPPER_CASE');
const variable = z.string().regex(/^[A-Z_][A-Z0-9_]*=/, 'an environment variable is NAME=value');

const step = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z-]*$/),
    name: z.string().min(1),
    waitFor: z.array(z.string()).min(1).optional(),
    entrypoint: z.string().optional(),
    args: z.array(z.string()).optional(),
    script: z.string().optional(),
    env: z.array(variable).optional(),
    dir: z.string().optional(),
    allowFailure: z.boolean().optional(),
    timeout: duration.optional(),
  })
  .refine(({ script, entrypoint, args }) => !script || (!entrypoint && !args), {
    message: 'a step with a script has neither entrypoint nor args',
  });

/** The part of Cloud Build's build file that GitTix uses; a key that is not in it is refused. */
export const buildFile = z.strictObject({
  steps: z.array(step).min(1),
  substitutions: z.record(name, z.string()).default({}),
  options: z
    .strictObject({
      machineType: z.string().optional(),
      logging: z.literal('CLOUD_LOGGING_ONLY'),
      env: z.array(variable).default([]),
    })
    .default({ logging: 'CLOUD_LOGGING_ONLY', env: [] }),
  timeout: duration.default('600s'),
});
export type BuildFile = z.infer<typeof buildFile>;
export type Step = BuildFile['steps'][number];

const push = z.strictObject({ branch: z.string() });
const pullRequest = z.strictObject({
  branch: z.string(),
  commentControl: z.literal('COMMENTS_ENABLED_FOR_EXTERNAL_CONTRIBUTORS_ONLY'),
});
const repository = z
  .string()
  .regex(/^projects\/[^/]+\/locations\/[^/]+\/connections\/[^/]+\/repositories\/[^/]+$/);

/** A trigger as `gcloud builds triggers import` takes it. */
export const triggerFile = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}[A-Za-z0-9]$/),
  description: z.string(),
  repositoryEventConfig: z.union([
    z.strictObject({ repository, push }),
    z.strictObject({ repository, pullRequest }),
  ]),
  filename: z.string(),
  serviceAccount: z.string().regex(/^projects\/[^/]+\/serviceAccounts\/[^/]+$/),
  approvalConfig: z.strictObject({ approvalRequired: z.boolean() }).optional(),
  substitutions: z.record(name, z.string()),
});
export type TriggerFile = z.infer<typeof triggerFile>;
