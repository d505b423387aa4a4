import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { smoke } from './story';

const HELP = `npm run smoke -- --url https://dev.gittix.example [--via http://ingress-controller]

A short story on a running stage: pages, lists, sign-up, list, reserve, cancel, withdraw. Ends with 1 at the first thing
that is wrong. It leaves two accounts, a withdrawn ticket and a cancelled order behind.

  --via URL   ask this address, and call it by the name of --url: for where that name is not known
`;

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      via: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const { url, via } = values;
  if (url === undefined || !URL.canParse(url)) throw new Error(`--url is needed.\n\n${HELP}`);
  if (via !== undefined && !URL.canParse(via)) throw new Error(`--via needs an URL.\n\n${HELP}`);
  await smoke({ url, via }, randomUUID(), (line) => void process.stdout.write(`${line}\n`));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`smoke: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
