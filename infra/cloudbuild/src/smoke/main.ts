import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { smoke } from './story';

const HELP = `npm run smoke -- --url https://dev.gittix.example

A short story on a running stage: pages, lists, sign-up, list, reserve, cancel, withdraw. Ends with 1 at the first thing
that is wrong. It leaves two accounts, a withdrawn ticket and a cancelled order behind.
`;

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { url: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (values.url === undefined || !URL.canParse(values.url)) throw new Error(`--url is needed.\n\n${HELP}`);
  await smoke(values.url, randomUUID(), (line) => void process.stdout.write(`${line}\n`));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`smoke: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
