import { z } from 'zod';
import { ClusterError, type Kubectl } from '../kubectl';

const ended = z.object({ exitCode: z.number(), reason: z.string().default('') });
const labels = z.object({
  'app.kubernetes.io/name': z.string().default(''),
  'app.kubernetes.io/component': z.string().default(''),
});

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        uid: z.string(),
        deletionTimestamp: z.string().optional(),
        labels: labels.prefault({}),
      }),
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
        containerStatuses: z
          .array(
            z.object({
              name: z.string(),
              restartCount: z.number(),
              containerID: z.string().default(''),
              lastState: z.object({ terminated: ended.optional() }).prefault({}),
            }),
          )
          .default([]),
      }),
    }),
  ),
});

export interface Container {
  name: string;
  /** As its runtime knows it. */
  id: string;
  restarts: number;
  lastEnd: string | undefined;
}

export interface Pod {
  name: string;
  uid: string;
  /** `app.kubernetes.io/name`: the part it is a replica of. */
  part: string;
  isReady: boolean;
  isEnding: boolean;
  containers: Container[];
}

export interface Workload {
  kind: 'Deployment' | 'StatefulSet';
  name: string;
  component: string;
  replicas: number;
}

const workloadList = z.object({
  items: z.array(
    z.object({
      kind: z.enum(['Deployment', 'StatefulSet']),
      metadata: z.object({ name: z.string(), labels: labels.prefault({}) }),
      spec: z.object({ replicas: z.number().default(1) }),
    }),
  ),
});

const secretList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      data: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

/** One namespace of the cluster, as kubectl shows it. */
export class Namespace {
  constructor(
    readonly kubectl: Kubectl,
    readonly name: string,
  ) {}

  /** kubectl within this namespace. */
  do(args: string[], timeoutMs?: number): Promise<string> {
    return this.kubectl(['-n', this.name, ...args], timeoutMs);
  }

  async pods(part?: string): Promise<Pod[]> {
    const chosen = part === undefined ? [] : ['-l', `app.kubernetes.io/name=${part}`];
    const answer = await this.do(['get', 'pods', ...chosen, '-o', 'json']);
    return podList.parse(JSON.parse(answer)).items.map(({ metadata, status }) => ({
      name: metadata.name,
      uid: metadata.uid,
      part: metadata.labels['app.kubernetes.io/name'],
      isReady: status.conditions.some((one) => one.type === 'Ready' && one.status === 'True'),
      isEnding: metadata.deletionTimestamp !== undefined,
      containers: status.containerStatuses.map(({ name, restartCount, containerID, lastState }) => ({
        ...{ name, id: containerID.replace(/^\w+:\/\//, ''), restarts: restartCount },
        lastEnd: lastState.terminated && tellEnd(lastState.terminated),
      })),
    }));
  }

  async workloads(): Promise<Workload[]> {
    const answer = await this.do(['get', 'deployments,statefulsets', '-o', 'json']);
    return workloadList.parse(JSON.parse(answer)).items.map(({ kind, metadata, spec }) => ({
      ...{ kind, name: metadata.name, replicas: spec.replicas },
      component: metadata.labels['app.kubernetes.io/component'],
    }));
  }

  /** Values of Secrets, by the names these have in the overlay: generated names have a hash behind them. */
  async secrets(): Promise<(name: string, key: string) => string> {
    const { items } = secretList.parse(JSON.parse(await this.do(['get', 'secrets', '-o', 'json'])));
    return (name, key) => {
      const isIt = new RegExp(`^${name}(-[a-z0-9]{10})?$`);
      const value = items.find(({ metadata }) => isIt.test(metadata.name))?.data[key];
      if (value === undefined)
        throw new ClusterError(`there is no ${key} in a Secret ${name} of ${this.name}`);
      return Buffer.from(value, 'base64').toString();
    };
  }
}

/** 137 is 128 and the 9 of SIGKILL; the kernel's own, for memory, is told apart. */
const tellEnd = ({ exitCode, reason }: z.infer<typeof ended>) =>
  exitCode === 137 && reason !== 'OOMKilled' ? 'ended with SIGKILL' : `ended with ${exitCode} ${reason}`;

/** What serves requests and events: ours, and not what keeps data. */
export const isOurs = ({ component }: Workload) => component === 'service' || component === 'client';
