import { lastLines, runCommand } from '../../../local/src/servers/command';
import { ClusterError } from '../kubectl';
import type { Namespace, Pod } from './namespace';
import type { ProcessWatch } from './process-watch';
import { isWell, until } from './until';

/** `kill -9` of what runs in a container, by the id that its runtime knows. */
export type Kill = (container: string) => Promise<void>;

const KILL_MS = 30_000;
const BACK_S = 180;

/** A shell command of the caller, with `{container}` in it: only the node can kill what is the first process of a container. */
export function killBy(command: string, env: NodeJS.ProcessEnv): Kill {
  return async (container) => {
    if (!/^[0-9a-f]{12,}$/.test(container)) throw new ClusterError(`"${container}" is no id of a container`);
    const filled = command.replaceAll('{container}', container);
    const { code, output } = await runCommand('sh', ['-c', filled], { env, timeoutMs: KILL_MS });
    if (code !== 0) throw new ClusterError(`${filled} failed with ${code}:\n${lastLines(output)}`);
  };
}

/** Kills every container of a pod, and waits until the same pod is well again; nobody drains, and nobody says good-bye. */
export async function killOne(
  { namespace, watch }: { namespace: Namespace; watch: ProcessWatch },
  victim: Pod,
  kill: Kill,
): Promise<void> {
  for (const { id } of victim.containers) await kill(id);
  watch.killed(victim);
  await until(`${victim.name} started again, and Ready`, BACK_S, async () => {
    const now = (await namespace.pods(victim.part)).find(({ uid }) => uid === victim.uid);
    return now !== undefined && isWell(now) && now.containers.every((one, at) => isAnew(one, victim, at));
  });
}

const isAnew = ({ restarts }: { restarts: number }, victim: Pod, at: number) =>
  restarts > (victim.containers[at]?.restarts ?? 0);
