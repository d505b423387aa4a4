import { parseArgs } from 'node:util';
import { z } from 'zod';
import { OPERATIONS } from './operations/names';

/** The command line or the environment is wrong; the message says what would be right. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

const schema = z.object({
  overlay: z.string().min(1),
  ready: z.coerce.number().int().min(1).max(3_600),
  brokerLate: z.coerce.number().int().min(0).max(3_600),
  keep: z.boolean(),
  operations: z.boolean(),
  only: z
    .string()
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(OPERATIONS, `has to be some of ${OPERATIONS.join(', ')}`))),
  kill: z.string().includes('{container}', 'needs {container} in it').optional(),
  help: z.boolean(),
});
export type Options = z.infer<typeof schema>;

/** Options of `npm run test:cluster`. Throws OptionError. */
export function parseOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        overlay: { type: 'string', default: 'infra/k8s/overlays/lab' },
        ready: { type: 'string', default: '120' },
        'broker-late': { type: 'string', default: '0' },
        keep: { type: 'boolean', default: false },
        operations: { type: 'boolean', default: false },
        only: { type: 'string' },
        kill: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    for (const option of ['only', 'kill'] as const) {
      if (values[option] !== undefined && !values.operations)
        throw new OptionError(`--${option} is for --operations: it needs them.`);
    }
    const { 'broker-late': brokerLate, ...rest } = values;
    return schema.parse({ ...rest, brokerLate, only: values.only ?? OPERATIONS.join(',') });
  } catch (error) {
    if (error instanceof OptionError) throw error;
    if (!(error instanceof z.ZodError)) throw new OptionError((error as Error).message, { cause: error });
    throw new OptionError(
      error.issues
        .map(({ path, message }) => `--${path.join('.').replace('brokerLate', 'broker-late')}: ${message}`)
        .join('\n'),
    );
  }
}

export const HELP = `npm run test:cluster -- [options]

Applies an overlay into a fresh namespace of the cluster that KUBECONFIG names, waits until everything is Ready, runs the
stories of infra/e2e (a browser's, and 32 buyers for one ticket) through its front door, prints what it saw, and removes
everything. Images are there before (npm run images), and so are the overlay's secrets (npm run secrets).
NODE_EXTRA_CA_CERTS names the authority of the front door's certificate, when that is nobody's.

  --overlay DIR     default infra/k8s/overlays/lab
  --ready SECONDS   within which everything has to be Ready (120)
  --broker-late S   the broker comes so many seconds after everybody else (0); nobody may be started again for that
  --keep            leaves it running
  --operations      instead of the stories: what operators and clusters do to a shop that is open, under load, and whether
                    anybody noticed or lost anything (half an hour; the volumes have to be empty)
  --only A,B        of these only: rollout, pods, broker, hpa
  --kill COMMAND    how the node kills a container, for pods to be killed as well as deleted: a shell command with its id as
                    {container}, such as 'minikube ssh -- sudo ctr -n k8s.io tasks kill -s SIGKILL {container}'
  --help
`;
