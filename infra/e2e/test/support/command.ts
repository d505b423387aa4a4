import { execFile } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../../..');
const MOST_SAID = 64 * 1024 * 1024;

export interface Said {
  code: number;
  out: string;
  err: string;
}

/** `npm run gittix -- …` as an operator types it, for the instance with these data. */
export function gittixCommand(data: string, ...words: string[]): Promise<Said> {
  const command = ['--conditions=gittix-source', '--import', 'tsx', 'infra/local/src/main.ts', 'gittix'];
  const args = [...command, '--data', data, ...words];
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, timeout: 120_000, maxBuffer: MOST_SAID };
    execFile(process.execPath, args, options, (error, out, err) => {
      if (!error) resolve({ code: 0, out, err });
      else if (typeof error.code === 'number') resolve({ code: error.code, out, err });
      else reject(new Error(`gittix ${words.join(' ')}`, { cause: error }));
    });
  });
}
