import { container, pod, type Plant } from './plant';

export const PODS: Plant[] = [
  [
    'podsAreLocked',
    'root',
    (s) => (pod(s).securityContext = { ...pod(s).securityContext, runAsNonRoot: false }),
    /orders: runs as root/,
  ],
  [
    'podsAreLocked',
    'user 0',
    (s) => (pod(s).securityContext = { ...pod(s).securityContext, runAsUser: 0 }),
    /runs as root/,
  ],
  ['podsAreLocked', 'no seccomp', (s) => delete pod(s).securityContext?.seccompProfile, /seccomp/],
  ['podsAreLocked', 'a token', (s) => delete pod(s).automountServiceAccountToken, /token/],
  ['podsAreLocked', 'service variables', (s) => delete pod(s).enableServiceLinks, /variables/],
  ['podsAreLocked', 'the host network', (s) => (pod(s).hostNetwork = true), /namespaces/],
  [
    'podsAreLocked',
    'a host path',
    (s) => pod(s).volumes?.push({ name: 'host', hostPath: { path: '/' } } as never),
    /volume host/,
  ],
  [
    'containersAreLocked',
    'escalation',
    (s) => delete container(s).securityContext?.allowPrivilegeEscalation,
    /escalate/,
  ],
  [
    'containersAreLocked',
    'a writable root',
    (s) =>
      (container(s).securityContext = { ...container(s).securityContext, readOnlyRootFilesystem: false }),
    /write/,
  ],
  [
    'containersAreLocked',
    'capabilities kept',
    (s) => delete container(s).securityContext?.capabilities,
    /keeps/,
  ],
  [
    'containersAreLocked',
    'a capability added',
    (s) =>
      (container(s).securityContext = {
        ...container(s).securityContext,
        capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
      }),
    /adds/,
  ],
  [
    'containersAreLocked',
    'an open init container',
    (s) => delete pod(s, 'mongo').initContainers?.[0]?.securityContext,
    /keyfile/,
  ],
  ['containersHaveResources', 'no request', (s) => delete container(s).resources?.requests?.cpu, /no cpu/],
  [
    'containersHaveResources',
    'no limit',
    (s) => delete container(s).resources?.limits?.memory,
    /no limit of memory/,
  ],
  [
    'containersHaveResources',
    'more than the limit',
    (s) =>
      (container(s).resources = {
        requests: { cpu: '100m', memory: '1Gi' },
        limits: { cpu: '1', memory: '320Mi' },
      }),
    /more memory/,
  ],
  [
    'imagesAreExact',
    'latest',
    (s) => (container(s).image = 'gittix-orders:latest'),
    /runs gittix-orders:latest/,
  ],
  ['imagesAreExact', 'no tag', (s) => (container(s).image = 'registry.example:5000/orders'), /runs/],
  ['imagesAreExact', 'half a version', (s) => (container(s, 'redis').image = 'redis:7.4'), /runs redis:7\.4/],
  ['podsAreProbed', 'no readiness', (s) => delete container(s).readinessProbe, /no readinessProbe/],
  [
    'podsAreProbed',
    'alive only with the others',
    (s) => (container(s).livenessProbe = { httpGet: { path: '/readyz', port: 'internal' } }),
    /livenessProbe asks \/readyz/,
  ],
  [
    'podsAreProbed',
    'a minute to start',
    (s) => Object.assign(container(s).startupProbe ?? {}, { periodSeconds: 2, failureThreshold: 30 }),
    /container app has 60 s to start/,
  ],
  [
    'podsAreProbed',
    'started only with the others',
    (s) =>
      (container(s).startupProbe = {
        httpGet: { path: '/readyz', port: 'internal' },
        ...{ periodSeconds: 2, failureThreshold: 60 },
      }),
    /startupProbe asks/,
  ],
  [
    'podsAreProbed',
    'a probe by the public port',
    (s) => (container(s).readinessProbe = { httpGet: { path: '/readyz', port: 'http' } }),
    /on http/,
  ],
  [
    'podsAreProbed',
    'a port it has not',
    (s) => (container(s, 'nats').livenessProbe = { httpGet: { path: '/healthz', port: 'metrics' } }),
    /port metrics/,
  ],
];
