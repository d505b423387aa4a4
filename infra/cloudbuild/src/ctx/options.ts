import { parseArgs } from 'node:util';
import { type StageName, STAGES } from './stages';

export class OptionError extends Error {
  override readonly name = 'OptionError';
}

export interface Options {
  stage: StageName | undefined;
  check: boolean;
  help: boolean;
}

/** Throws OptionError naming what is unknown or wrong. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parse(args);
  const [name, ...more] = positionals;
  const stage = STAGES.find((one) => one === name);
  if (values.help) return { stage, check: values.check, help: true };
  if (stage === undefined || more.length > 0) throw new OptionError(`Name one stage: ${STAGES.join(', ')}.`);
  return { stage, check: values.check, help: false };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new OptionError((error as Error).message, { cause: error });
  }
}

export const HELP = `npm run ctx -- STAGE           points gcloud and kubectl at a stage: ${STAGES.join(', ')}
npm run ctx -- --check STAGE   ends with 1 unless kubectl is there already; changes nothing

Where each stage is stands in infra/cloudbuild/stages.yaml; GITTIX_PROJECT, GITTIX_REGION and GITTIX_CLUSTER win.
`;
