import { parseArgs } from 'node:util';
import { REDS, type Red } from './stand-ins';

export class OptionError extends Error {
  override readonly name = 'OptionError';
}

export interface Options {
  branch: string;
  pullRequest: boolean;
  commit: string;
  red: Red | undefined;
  realTests: boolean;
  help: boolean;
}

/** Throws OptionError naming what is unknown or wrong. */
export function readOptions(args: string[]): Options {
  const { values } = parse(args);
  const red = REDS.find((one) => one === values.red);
  if (values.red !== undefined && red === undefined) {
    throw new OptionError(`--red must be one of ${REDS.join(', ')}`);
  }
  if (values.branch === undefined && !values.help) {
    throw new OptionError('--branch is needed: dev, staging or main');
  }
  return {
    branch: values.branch ?? '',
    pullRequest: values['pull-request'],
    commit: values.commit,
    red,
    realTests: values['real-tests'],
    help: values.help,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        branch: { type: 'string' },
        'pull-request': { type: 'boolean', default: false },
        commit: { type: 'string', default: 'HEAD' },
        red: { type: 'string' },
        'real-tests': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new OptionError((error as Error).message, { cause: error });
  }
}

export const HELP = `npm run pipeline -- --branch dev [options]

Runs the Cloud Build pipeline of a branch on this machine: the same file, the same scripts, a fresh checkout of the commit.
docker, gcloud, kubectl, npm and trivy are stand-ins that note how they were called: nothing is built, pushed or rolled
out. Ends with 1 when the build is red.

  --branch NAME    dev, staging or main; with --pull-request the branch that asks
  --pull-request   what a pull request sets off
  --commit NAME    which commit (HEAD); what is not committed does not take part
  --red WHAT       makes something fail: ${REDS.join(', ')}
  --real-tests     runs the real npm: installs, checks, tests, works out the tags; takes as long as those take
`;
