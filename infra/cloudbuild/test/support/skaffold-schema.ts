import { z } from 'zod';

const artifact = z.strictObject({
  image: z.string().regex(/^gittix-[a-z-]+$/),
  context: z.literal('.'),
  docker: z.strictObject({ dockerfile: z.string(), target: z.string().optional() }),
  sync: z
    .strictObject({
      manual: z.array(z.strictObject({ src: z.string(), dest: z.string().startsWith('/') })).min(1),
    })
    .optional(),
});

const build = z.strictObject({
  tagPolicy: z.strictObject({ inputDigest: z.strictObject({}) }),
  artifacts: z.array(artifact).min(1),
  local: z
    .strictObject({ push: z.boolean(), useBuildkit: z.boolean(), concurrency: z.number().int() })
    .optional(),
  googleCloudBuild: z
    .strictObject({
      machineType: z.string(),
      timeout: z.string().regex(/^\d+s$/),
      concurrency: z.number().int(),
    })
    .optional(),
});

const command = z.strictObject({ host: z.strictObject({ command: z.array(z.string()).min(1) }) });
const hooks = z.strictObject({ before: z.array(command).min(1) });

const profile = z.strictObject({
  name: z.enum(['minikube', 'gcb', 'dev', 'staging', 'production']),
  activation: z.array(z.strictObject({ kubeContext: z.string() })).optional(),
  build: build.optional(),
  manifests: z
    .strictObject({
      kustomize: z.strictObject({ paths: z.array(z.string()).length(1) }),
      hooks: hooks.optional(),
    })
    .optional(),
  deploy: z
    .strictObject({
      kubeContext: z.string().optional(),
      kubectl: z.strictObject({ hooks: hooks.optional() }),
      statusCheck: z.literal(true),
      statusCheckDeadlineSeconds: z.number().int(),
      tolerateFailuresUntilDeadline: z.boolean(),
    })
    .optional(),
  portForward: z
    .array(
      z.strictObject({
        resourceType: z.literal('service'),
        resourceName: z.string(),
        namespace: z.string(),
        port: z.number().int(),
        localPort: z.number().int(),
      }),
    )
    .optional(),
  test: z
    .array(
      z.strictObject({
        image: z.string(),
        custom: z.array(
          z.strictObject({
            command: z.string(),
            timeoutSeconds: z.number().int(),
            dependencies: z.strictObject({ paths: z.array(z.string()).min(1) }),
          }),
        ),
      }),
    )
    .optional(),
  verify: z
    .array(
      z.strictObject({
        name: z.string(),
        timeout: z.number().int(),
        container: z.strictObject({ name: z.string(), image: z.string(), args: z.array(z.string()) }),
        executionMode: z.strictObject({
          kubernetesCluster: z.strictObject({ jobManifestPath: z.string() }),
        }),
      }),
    )
    .min(1)
    .optional(),
});

/** The part of Skaffold's v4beta14 that skaffold.yaml uses; a key that is not in it is refused. */
export const skaffoldFile = z.strictObject({
  apiVersion: z.literal('skaffold/v4beta14'),
  kind: z.literal('Config'),
  metadata: z.strictObject({ name: z.string() }),
  build,
  profiles: z.array(profile),
});
export type SkaffoldFile = z.infer<typeof skaffoldFile>;
export type Artifact = z.infer<typeof artifact>;
