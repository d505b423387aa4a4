import { lastLines, runCommand } from '../../local/src/servers/command';

/** kubectl, or what it works on, did not do what it was asked; the message holds its last words. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
}

export type Kubectl = (args: string[], timeoutMs?: number) => Promise<string>;

const SHORT_MS = 60_000;

/** Runs kubectl against the cluster of KUBECONFIG; answers what it said, or throws ClusterError. */
export function kubectlWith(env: NodeJS.ProcessEnv): Kubectl {
  return async (args, timeoutMs = SHORT_MS) => {
    const { code, output } = await runCommand('kubectl', args, { env, timeoutMs });
    if (code === 0) return output;
    throw new ClusterError(`kubectl ${args.join(' ')} failed with ${code}:\n${lastLines(output, 15)}`);
  };
}
