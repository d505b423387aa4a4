import { existsSync } from 'node:fs';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOnce } from './cache';
import { lastLines, runCommand } from './command';
import { onPath, versionOf } from './on-path';
import type { Found, PassedOver, Step, Surroundings } from './search';
import { isAtLeast } from './version';

/** From here on Go fetches the newer toolchain that a module asks for. */
const GO_MINIMUM = '1.21';
const BUILD_MS = 5 * 60_000;

/** A server or another tool that can be built from its Go module. */
export interface GoServer {
  /** Name of the tool, of its binary and of its directory in the cache. */
  name: string;
  version: string;
  /** Import path, without the version. */
  module: string;
}

/** What lies in the cache of this server, however it came there. */
export function cached({ name, version }: GoServer, directory: string, how: string): Found {
  return {
    kind: 'binary',
    location: join(directory, name),
    version,
    why: `${version}, ${how}, in ${directory}`,
  };
}

/** The copy that an earlier run made. */
export function earlierCopyStep(server: GoServer, { cacheDir }: Surroundings): Step {
  const directory = join(cacheDir, `${server.name}-${server.version}`);
  const look = () =>
    existsSync(join(directory, server.name))
      ? cached(server, directory, 'made earlier')
      : { passedOver: 'none yet' };
  return { name: 'earlier copy', look: () => Promise.resolve(look()) };
}

/** Builds it with the Go on PATH; the Go checksum database vouches for the source. */
export function goModuleStep(server: GoServer, surroundings: Surroundings): Step {
  return { name: 'Go module', look: () => build(server, surroundings) };
}

async function build(server: GoServer, surroundings: Surroundings): Promise<Found | PassedOver> {
  const { name, version } = server;
  const [go] = await onPath(['go'], surroundings.env.PATH);
  if (!go) return { passedOver: 'no go on PATH' };
  const told = await versionOf(go, ['version']);
  if ('problem' in told) return { passedOver: `${go} ${told.problem}` };
  if (!isAtLeast(told.version, GO_MINIMUM)) {
    return { passedOver: `${go} is ${told.version}, too old (${GO_MINIMUM} or newer is needed)` };
  }
  const say = (line: string) => surroundings.say(`${name}: ${line}`);
  try {
    const directory = await makeOnce(surroundings.cacheDir, `${name}-${version}`, say, async (target) => {
      say(`building ${version} from its Go module (about half a minute)`);
      const bin = join(target, 'bin');
      const built = await runCommand(go, ['install', '-trimpath', `${server.module}@v${version}`], {
        env: { ...surroundings.env, GOBIN: bin, CGO_ENABLED: '0' },
        timeoutMs: BUILD_MS,
        onLine: (line) => say(line),
      });
      if (built.code !== 0) throw new Error(`go install failed: ${lastLines(built.output)}`);
      await copyFile(join(bin, name), join(target, name));
      await chmod(join(target, name), 0o755);
      await rm(bin, { recursive: true });
    });
    return cached(server, directory, 'built from its Go module');
  } catch (error) {
    return { passedOver: (error as Error).message };
  }
}
