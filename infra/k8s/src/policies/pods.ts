import {
  componentOf,
  type Container,
  containersOf,
  nameOf,
  type Probe,
  type Workload,
  workloadsOf,
} from '../render/objects';
import type { Policy } from './policy';

/** Each workload's problems, with its name before them. */
export const perWorkload =
  (check: (workload: Workload) => string[]): Policy =>
  ({ objects }) =>
    workloadsOf(objects).flatMap((workload) =>
      check(workload).map((problem) => `${nameOf(workload)}: ${problem}`),
    );

const perContainer = (check: (container: Container) => string[]) =>
  perWorkload((workload) =>
    containersOf(workload).flatMap((container) =>
      check(container).map((problem) => `container ${container.name} ${problem}`),
    ),
  );

const say = (broken: boolean, problem: string) => (broken ? [problem] : []);

/** More than the pod-security standard `restricted` asks for: also no token, no service variables, own volumes only. */
export const podsAreLocked = perWorkload(({ spec }) => {
  const pod = spec.template.spec;
  const context = pod.securityContext;
  return [
    ...say(context?.runAsNonRoot !== true || !(Number(context.runAsUser) > 0), 'runs as root'),
    ...say(context?.seccompProfile?.type !== 'RuntimeDefault', 'has no seccomp profile'),
    ...say(pod.automountServiceAccountToken !== false, "mounts its service account's token"),
    ...say(pod.enableServiceLinks !== false, 'gets variables of every Service'),
    ...say(pod.hostNetwork ?? pod.hostPID ?? pod.hostIPC ?? false, "shares the node's namespaces"),
    ...(pod.volumes ?? []).flatMap((volume) =>
      say(!volume.emptyDir && !volume.configMap && !volume.secret, `volume ${volume.name} is of the node`),
    ),
  ];
});

export const containersAreLocked = perContainer(({ securityContext: context }) => [
  ...say(context?.allowPrivilegeEscalation !== false, 'may escalate privileges'),
  ...say(context?.privileged === true, 'is privileged'),
  ...say(context?.runAsUser === 0, 'runs as root'),
  ...say(context?.readOnlyRootFilesystem !== true, 'may write its own files'),
  ...say(context?.capabilities?.drop?.includes('ALL') !== true, 'keeps capabilities'),
  ...say((context?.capabilities?.add ?? []).length > 0, 'adds capabilities'),
]);

export const containersHaveResources = perContainer(({ resources }) =>
  ['cpu', 'memory'].flatMap((what) => {
    const asked = resources?.requests?.[what];
    const most = resources?.limits?.[what];
    if (asked === undefined) return [`asks for no ${what}`];
    if (most === undefined) return [`has no limit of ${what}`];
    return say(quantity(asked) > quantity(most), `asks for more ${what} than its limit`);
  }),
);

const UNITS: Record<string, number> = { '': 1, m: 1e-3, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

function quantity(text: string | number): number {
  const match = /^([\d.]+)([A-Za-z]*)$/.exec(String(text));
  const unit = UNITS[match?.[2] ?? 'none'];
  if (!match || unit === undefined) throw new Error(`${text} is no quantity that we use`);
  return Number(match[1]) * unit;
}

/** An image of ours by content or as built here, others by an exact version or a digest; so never `latest`. */
export const imagesAreExact = perContainer(({ image }) => say(!isExact(image), `runs ${image}`));

function isExact(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const { name, tag } = /^(?<name>.+?):(?<tag>[^:/]+)$/.exec(image)?.groups ?? {};
  if (name === undefined || tag === undefined) return false;
  const ours = name.startsWith('gittix-') || name.startsWith('localhost/lab/');
  return ours ? /^(local|[0-9a-f]{12,64})$/.test(tag) : /^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/.test(tag);
}

/** On a node that has too much to do a start takes that long; who is started again for it makes it worse. */
const LEAST_START_SECONDS = 120;

const startSeconds = ({ periodSeconds = 10, failureThreshold = 3 }: Probe) =>
  periodSeconds * failureThreshold;

/** Alive and ready are asked of what answers for the whole process; never whether others are there. */
export const podsAreProbed = perWorkload((workload) => {
  if (workload.kind === 'Job') return [];
  return workload.spec.template.spec.containers.flatMap((container) =>
    (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).flatMap((kind) => {
      const probe = container[kind];
      if (!probe) return [`container ${container.name} has no ${kind}`];
      const port = probe.httpGet?.port ?? probe.tcpSocket?.port;
      if (port !== undefined && !container.ports?.some(({ name }) => name === port)) {
        return [`container ${container.name}: ${kind} asks port ${port}, which it has not`];
      }
      if (kind === 'startupProbe' && startSeconds(probe) < LEAST_START_SECONDS) {
        return [`container ${container.name} has ${startSeconds(probe)} s to start`];
      }
      if (componentOf(workload) !== 'service') return [];
      const right = kind === 'readinessProbe' ? '/readyz' : '/livez';
      const asked = `${probe.httpGet?.path ?? 'nothing'} on ${port ?? 'no port'}`;
      return say(asked !== `${right} on internal`, `${kind} asks ${asked}`);
    }),
  );
});
