import { join } from 'node:path';
import { readYaml } from '../build/read';
import { cloudSettings, environment } from '../config';
import { check, goTo } from './context';
import { HELP, OptionError, readOptions } from './options';
import { placeOf, stagesFile } from './stages';

async function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options.stage === undefined || options.help) {
    process.stdout.write(HELP);
    return;
  }
  const stages = await readYaml(join(__dirname, '../../stages.yaml'), stagesFile);
  const place = placeOf(options.stage, stages, cloudSettings());
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  await (options.check ? check : goTo)(options.stage, place, { env: environment(), say });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof OptionError ? 2 : 1;
});
