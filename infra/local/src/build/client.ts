import { existsSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../servers/command';
import { builtFrom, fingerprint } from './fingerprint';
import { BuildError } from './services';

/** Seconds on an idle machine; a busy one was seen to need over five minutes. */
const BUILD_MS = 15 * 60_000;
/** Next writes the workspace's layout below `standalone`, because its tracing begins at the workspace's root. */
const STANDALONE = 'client/.next/standalone/client';
export const CLIENT_SERVER = `${STANDALONE}/server.js`;
/** Next also prints a table of all pages. */
const WORTH_SAYING = /[✓⚠⨯]|error|warn/i;
export const CLIENT_STAMP = 'client/.next/standalone/.built-from';

export interface ClientBuild {
  due: boolean;
  run(onLine: (line: string) => void): Promise<void>;
}

/** Looks whether the client has to be built, by the content of its inputs. */
export async function planClient(root: string, env: NodeJS.ProcessEnv): Promise<ClientBuild> {
  const inputs = ['package-lock.json', 'tsconfig.base.json', 'client', 'common/src', 'common/package.json'];
  const hash = await fingerprint(root, inputs);
  const due = (await builtFrom(join(root, CLIENT_STAMP))) !== hash || !existsSync(join(root, CLIENT_SERVER));
  return {
    due,
    run: async (onLine) => {
      if (!due) return;
      await rm(join(root, 'client/.next/standalone'), { recursive: true, force: true });
      const next = join(root, 'node_modules/next/dist/bin/next');
      const { code, output } = await runCommand(process.execPath, [next, 'build', '--webpack'], {
        cwd: join(root, 'client'),
        env: { ...env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
        timeoutMs: BUILD_MS,
        onLine: (line) => {
          if (WORTH_SAYING.test(line)) onLine(line.trim());
        },
      });
      if (code !== 0) throw new BuildError(`next build failed:\n${output}`);
      // The standalone folder lacks what a CDN would serve.
      const copies = [
        ['client/.next/static', `${STANDALONE}/.next/static`],
        ['client/public', `${STANDALONE}/public`],
      ] as const;
      for (const [from, to] of copies) {
        if (existsSync(join(root, from))) await cp(join(root, from), join(root, to), { recursive: true });
      }
      await writeFile(join(root, CLIENT_STAMP), `${hash}\n`);
    },
  };
}
