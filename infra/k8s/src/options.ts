import { parseArgs } from 'node:util';
import { isStage, STAGES, type Stage } from './secrets/stages';

/** The command line is wrong; the message says what and what would be right. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

export interface SecretsOptions {
  stage: Stage;
  given: string | undefined;
}

/** Options of `npm run secrets`. */
export function parseSecretsOptions(args: string[]): SecretsOptions {
  const { overlay, given } = parse(args, { overlay: { type: 'string' }, given: { type: 'string' } });
  const known = Object.keys(STAGES).join(', ');
  if (overlay === undefined) throw new OptionError(`--overlay is needed: one of ${known}.`);
  if (!isStage(overlay)) {
    const lab = overlay === 'lab' ? ' The overlay lab takes those of minikube.' : '';
    throw new OptionError(`--overlay ${overlay}: there are ${known}.${lab}`);
  }
  return { stage: overlay, given };
}

/** Options of the schemas command: the file that holds `kubectl get --raw /openapi/v2`. */
export function parseSchemasOptions(args: string[]): { openapi: string } {
  const { openapi } = parse(args, { openapi: { type: 'string' } });
  if (openapi === undefined) throw new OptionError('--openapi FILE is needed.');
  return { openapi };
}

function parse<T extends Record<string, { type: 'string' }>>(
  args: string[],
  options: T,
): Partial<Record<keyof T, string>> {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    const problem = (error as Error).message.split('. To specify')[0];
    throw new OptionError(`${problem}\nKnown options: ${known.join(', ')}, --help.`, { cause: error });
  }
}

export const HELP: Record<string, string> = {
  secrets: `npm run secrets -- --overlay STAGE [--given FILE]

Makes the secrets of a stage (${Object.keys(STAGES).join(', ')}) in infra/k8s/overlays/STAGE/secrets, which git
ignores. Run again it keeps what is there. minikube's are read by kustomize from there; those of the others are JSON
files for Google Secret Manager, see infra/k8s/README.md.

  --overlay STAGE   whose secrets
  --given FILE      KEY=value lines of what can't be made up, such as Stripe's keys; what is missing is named
`,
  schemas: `npm run schemas --workspace infra/k8s -- --openapi FILE

Makes infra/k8s/schemas anew, from what a cluster with the CRDs of the Gateway API, cert-manager and External Secrets
says of itself: kubectl get --raw /openapi/v2 >FILE
`,
};
