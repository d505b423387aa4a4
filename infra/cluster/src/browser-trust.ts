import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines, runCommand } from '../../local/src/servers/command';
import { ClusterError } from './kubectl';

const ASK_MS = 20_000;

/** Each certificate of a PEM file. */
export const certificatesIn = (pem: string): string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

async function certutil(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { code, output } = await runCommand('certutil', args, { env, timeoutMs: ASK_MS });
  if (code === 127)
    throw new ClusterError(`certutil is missing (${output}). Debian has it in the package libnss3-tools.`);
  if (code !== 0)
    throw new ClusterError(`certutil ${args.join(' ')} failed with ${code}:\n${lastLines(output)}`);
}

/**
 * A home for Chromium in which the authorities of a PEM file are trusted like its own: on Linux it reads them from the NSS
 * database of the user. What they did not sign, and what is for another name, it refuses as ever.
 */
export async function homeThatTrusts(file: string, home: string, env: NodeJS.ProcessEnv): Promise<string> {
  const database = join(home, '.pki/nssdb');
  await mkdir(database, { recursive: true });
  await certutil(['-N', '--empty-password', '-d', `sql:${database}`], env);
  for (const [index, pem] of certificatesIn(await readFile(file, 'utf8')).entries()) {
    const one = join(home, 'authority.pem');
    await writeFile(one, pem);
    await certutil(['-A', '-d', `sql:${database}`, '-n', `authority-${index}`, '-t', 'C,,', '-i', one], env);
  }
  return home;
}
