import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { endRunningCommands } from '../../local/src/servers/command';
import { environment, kubeconfig } from './config';
import { waitForFrontDoor } from './front-door';
import { tellIdleMemory } from './idle-memory';
import { kubectlWith } from './kubectl';
import { forwardWith } from './operations/forward';
import { killBy } from './operations/kill';
import { PATCHES, runOperations } from './operations/operations';
import { HELP, OptionError, parseOptions } from './options';
import { runStories } from './stories';
import { testCluster } from './test-cluster';

const ROOT = join(__dirname, '../../..');
const EXPECTED = new Set(['OptionError', 'ClusterError', 'NotFoundError']);

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args);
  if (options.help) return void process.stdout.write(HELP);
  if (kubeconfig() === undefined) throw new OptionError('KUBECONFIG has to name the cluster to test on.');
  const from = Date.now();
  const say = (line: string) => {
    process.stdout.write(`${((Date.now() - from) / 1000).toFixed(1).padStart(7)} ${line}\n`);
  };
  // What runs ends, the next step fails for it, and what was applied is removed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, endRunningCommands);
  const kubectl = kubectlWith(environment());
  await testCluster({
    ...{ root: ROOT, options, say, kubectl },
    namespace: `gittix-test-${randomBytes(3).toString('hex')}`,
    ...(options.operations && { patches: PATCHES }),
    prove: {
      what: options.operations ? 'the operations' : 'the stories',
      at: async (stage) => {
        await waitForFrontDoor(stage, say);
        await tellIdleMemory(kubectl, stage.namespace, say);
        if (!options.operations) return runStories(ROOT, stage.url, environment(), say);
        const open = forwardWith(environment());
        const { only, kill: command } = options;
        const kill = command === undefined ? undefined : killBy(command, environment());
        await runOperations({ root: ROOT, stage, kubectl, open, kill, only, say });
      },
    },
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const expected = error instanceof Error && EXPECTED.has(error.name);
  process.stderr.write(`${expected ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = error instanceof OptionError ? 2 : 1;
});
