import { parseArgs } from 'node:util';
import { z } from 'zod';

/** The command line or the environment is wrong; the message says what would be right. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

const schema = z.object({
  overlay: z.string().min(1),
  ready: z.coerce.number().int().min(1).max(3_600),
  keep: z.boolean(),
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
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return schema.parse(values);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw new OptionError((error as Error).message, { cause: error });
    throw new OptionError(
      error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'),
    );
  }
}

export const HELP = `npm run test:cluster -- [options]

Applies an overlay into a fresh namespace of the cluster that KUBECONFIG names, waits until everything is Ready, runs the
stories of infra/e2e (a browser's, and 32 buyers for one ticket) through its ingress, prints what it saw, and removes
everything. Images are there before (npm run images), and so are the overlay's secrets (npm run secrets).

  --overlay DIR     default infra/k8s/overlays/lab
  --ready SECONDS   within which everything has to be Ready (120)
  --keep            leaves it running
  --help
`;
