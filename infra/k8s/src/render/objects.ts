import { parseAllDocuments } from 'yaml';

/** What the policies read of Kubernetes objects; their shape is kubeconform's business. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Labels; annotations?: Labels };
  data?: Record<string, string>;
}
export type Labels = Record<string, string>;

export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  ports?: { name: string; containerPort: number; protocol?: string }[];
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  securityContext?: {
    allowPrivilegeEscalation?: boolean;
    readOnlyRootFilesystem?: boolean;
    runAsUser?: number;
    privileged?: boolean;
    capabilities?: { drop?: string[]; add?: string[] };
  };
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  lifecycle?: { preStop?: { sleep?: { seconds: number } } };
}

export interface Probe {
  periodSeconds?: number;
  failureThreshold?: number;
  httpGet?: { path: string; port: string | number };
  tcpSocket?: { port: string | number };
  exec?: { command: string[] };
}

export interface PodSpec {
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext?: { runAsNonRoot?: boolean; runAsUser?: number; seccompProfile?: { type: string } };
  topologySpreadConstraints?: { topologyKey: string; labelSelector?: Selector }[];
  initContainers?: Container[];
  containers: Container[];
  volumes?: {
    name: string;
    emptyDir?: object;
    configMap?: { name: string };
    secret?: { secretName: string };
  }[];
}

/** A Deployment, StatefulSet or Job. */
export interface Workload extends KubeObject {
  spec: {
    replicas?: number;
    minReadySeconds?: number;
    strategy?: { type?: string; rollingUpdate?: { maxUnavailable?: number | string } };
    template: { metadata: { labels?: Labels }; spec: PodSpec };
  };
}

export interface Service extends KubeObject {
  spec: { selector?: Labels; ports: { name: string; port: number; targetPort: string | number }[] };
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'Job'];

export const isWorkload = (object: KubeObject): object is Workload => WORKLOADS.includes(object.kind);

export const workloadsOf = (objects: KubeObject[]): Workload[] => objects.filter(isWorkload);

/** All objects of one kind, as the caller says they look. */
export const ofKind = <T extends KubeObject>(objects: KubeObject[], kind: string): T[] =>
  objects.filter((object) => object.kind === kind) as T[];

export const containersOf = ({ spec }: Workload): Container[] => [
  ...(spec.template.spec.initContainers ?? []),
  ...spec.template.spec.containers,
];

/** How problems name an object. */
export const nameOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name}`;

/** Our own parts, by the images they run. */
export const partOf = ({ metadata }: KubeObject): string => metadata.labels?.['app.kubernetes.io/name'] ?? '';

export const componentOf = ({ metadata }: KubeObject): string =>
  metadata.labels?.['app.kubernetes.io/component'] ?? '';

/** Throws when a document is no valid YAML. */
export function parseManifests(text: string): KubeObject[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as KubeObject;
  });
}

/** As Kubernetes matches labels. An empty selector matches everything; an unknown operator is an error. */
export function matches(selector: Selector, labels: Labels = {}): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((expression) => holds(expression, labels));
}

function holds(
  { key, operator, values = [] }: NonNullable<Selector['matchExpressions']>[number],
  labels: Labels,
) {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      throw new Error(`there is no label operator ${operator}`);
  }
}
