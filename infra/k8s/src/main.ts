import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { HELP, OptionError, parseSchemasOptions, parseSecretsOptions } from './options';
import { writeSchemas } from './schemas/write';
import { writeSecrets } from './secrets/write';

const K8S = join(__dirname, '..');
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Errors that are no bug of ours: their message is all a person needs. */
const EXPECTED = new Set(['OptionError', 'SecretsError', 'SchemaError']);

async function main([command = '', ...args]: string[]): Promise<void> {
  const help = HELP[command];
  if (help === undefined) throw new OptionError(`There is no command "${command}".`);
  if (args.includes('--help') || args.includes('-h')) return void process.stdout.write(help);
  if (command === 'secrets') {
    const { stage, given } = parseSecretsOptions(args);
    for (const file of await writeSecrets(K8S, stage, given)) say(relative(process.cwd(), file));
    return;
  }
  const { openapi } = parseSchemasOptions(args);
  const written = await writeSchemas(await readFile(openapi, 'utf8'), join(K8S, 'schemas'));
  say(`${written.length} schemas`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const expected = error instanceof Error && EXPECTED.has(error.name);
  process.stderr.write(`${expected ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = error instanceof OptionError ? 2 : 1;
});
