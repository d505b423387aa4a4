import {
  containersOf,
  type KubeObject,
  matches,
  nameOf,
  ofKind,
  type Service,
  workloadsOf,
} from '../render/objects';
import type { Policy } from './policy';
import { routesOf } from './routes';

/** Every workload runs as somebody of its own, who may ask the API server nothing. */
export const accountsAreOwn: Policy = ({ objects }) => {
  const accounts = ofKind<KubeObject & { automountServiceAccountToken?: boolean }>(objects, 'ServiceAccount');
  const users = new Map<string, string[]>();
  const problems = workloadsOf(objects).flatMap((workload) => {
    const name = workload.spec.template.spec.serviceAccountName ?? 'default';
    users.set(name, [...(users.get(name) ?? []), nameOf(workload)]);
    if (!accounts.some(({ metadata }) => metadata.name === name)) {
      return [`${nameOf(workload)}: its service account ${name} is not there`];
    }
    return [];
  });
  const shared = [...users].filter(([, of]) => of.length > 1);
  const mounted = accounts.filter((account) => account.automountServiceAccountToken !== false);
  return [
    ...problems,
    ...shared.map(([name, of]) => `ServiceAccount ${name}: is shared by ${of.join(' and ')}`),
    ...mounted.map((account) => `${nameOf(account)}: hands out its token`),
  ];
};

/** Each Service leads to exactly one workload, to a port that it has. */
export const servicesLeadSomewhere: Policy = ({ objects }) => {
  const workloads = workloadsOf(objects).filter(({ kind }) => kind !== 'Job');
  // The render for migrations leaves running Deployments alone, and their Services with them.
  const migrating = objects.some(({ kind }) => kind === 'Job');
  return ofKind<Service>(objects, 'Service').flatMap((service) => {
    const selector = service.spec.selector ?? {};
    const selected = workloads.filter(({ spec }) =>
      matches({ matchLabels: selector }, spec.template.metadata.labels),
    );
    const [workload] = selected;
    if (selected.length === 0 && migrating) return [];
    if (selected.length !== 1 || !workload || Object.keys(selector).length === 0) {
      return [`${nameOf(service)}: selects ${selected.length} workloads`];
    }
    const ports = containersOf(workload).flatMap((container) => container.ports ?? []);
    return service.spec.ports
      .filter(({ targetPort }) => !ports.some((port) => [port.name, port.containerPort].includes(targetPort)))
      .map(({ targetPort }) => `${nameOf(service)}: ${nameOf(workload)} has no port ${targetPort}`);
  });
};

/** Each route, of an Ingress or a Gateway, ends at a Service and a port that it has. */
export const routesHaveBackends: Policy = ({ objects }) => {
  const services = ofKind<Service>(objects, 'Service');
  return routesOf(objects).flatMap(({ from, service, port }) => {
    const found = services.find(({ metadata }) => metadata.name === service);
    if (!found) return [`${from}: there is no Service ${service}`];
    const has = found.spec.ports.some((one) => [one.name, one.port].includes(port));
    return has ? [] : [`${from}: Service ${service} has no port ${port}`];
  });
};

interface Namespaced extends KubeObject {
  spec?: { target?: { name?: string }; secretName?: string };
}

/** ConfigMaps and Secrets that pods name are there, or are made in the cluster by those who are. */
export const referencesExist: Policy = ({ objects }) => {
  const there = new Set(
    (objects as Namespaced[]).flatMap(({ kind, metadata, spec }) => {
      if (kind === 'ConfigMap' || kind === 'Secret') return [`${kind} ${metadata.name}`];
      if (kind === 'ExternalSecret') return [`Secret ${spec?.target?.name}`];
      if (kind === 'Certificate') return [`Secret ${spec?.secretName}`];
      return [];
    }),
  );
  return workloadsOf(objects).flatMap((workload) => {
    const volumes = (workload.spec.template.spec.volumes ?? []).flatMap(({ configMap, secret }) => [
      ...(configMap ? [`ConfigMap ${configMap.name}`] : []),
      ...(secret ? [`Secret ${secret.secretName}`] : []),
    ]);
    const environment = containersOf(workload).flatMap(({ env = [], envFrom = [] }) => [
      ...envFrom.map(({ configMapRef, secretRef }) =>
        configMapRef ? `ConfigMap ${configMapRef.name}` : `Secret ${secretRef?.name}`,
      ),
      ...env.flatMap(({ valueFrom }) =>
        valueFrom?.secretKeyRef ? [`Secret ${valueFrom.secretKeyRef.name}`] : [],
      ),
    ]);
    return [...new Set([...volumes, ...environment])]
      .filter((reference) => !there.has(reference))
      .map((reference) => `${nameOf(workload)}: there is no ${reference}`);
  });
};

const CLUSTER_WIDE = ['Namespace', 'PersistentVolume', 'IngressClass', 'GatewayClass'];
const STANDARD = 'pod-security.kubernetes.io/';

/** One namespace, in which the API server itself refuses a pod that is not locked; everything is in it. */
export const namespaceIsRestricted: Policy = ({ objects }) => {
  const [namespace, ...more] = ofKind(objects, 'Namespace');
  if (!namespace || more.length > 0) return [`there are ${more.length + (namespace ? 1 : 0)} namespaces`];
  const labels = namespace.metadata.labels ?? {};
  const levels = ['enforce', 'warn', 'audit'].filter((mode) => labels[STANDARD + mode] !== 'restricted');
  const outside = objects.filter(
    ({ kind, metadata }) => !CLUSTER_WIDE.includes(kind) && metadata.namespace !== namespace.metadata.name,
  );
  return [
    ...levels.map((mode) => `${nameOf(namespace)}: ${STANDARD}${mode} is not "restricted"`),
    ...outside.map((object) => `${nameOf(object)}: is not in ${namespace.metadata.name}`),
  ];
};
