import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { makeOnce } from './cache';
import { lastLines, runCommand } from './command';
import { downloadVerified, request } from './download';
import { onPath, pathStep, urlStep, versionOf } from './on-path';
import { type Found, type PassedOver, searchInOrder, type Surroundings } from './search';
import { isAtLeast } from './version';

export const NATS_VERSION = '2.15.2';
/** Older servers have no list of filter subjects and no consumer metadata. */
const MINIMUM = '2.10';
/** From here on Go fetches the newer toolchain that a module asks for. */
const GO_MINIMUM = '1.21';
const BUILD_MS = 5 * 60_000;

const HELP = 'Install nats-server 2.10 or newer, or Go (to build it), or set NATS_URL to a running one.';

function asFound(directory: string, why: string): Found {
  return { kind: 'binary', location: join(directory, 'nats-server'), version: NATS_VERSION, why };
}

function fetchedEarlier({ cacheDir }: Surroundings): Found | PassedOver {
  const directory = join(cacheDir, `nats-server-${NATS_VERSION}`);
  return existsSync(join(directory, 'nats-server'))
    ? asFound(directory, `${NATS_VERSION}, made earlier, in ${directory}`)
    : { passedOver: 'none yet' };
}

/** Names as in the project's own release recipe (.goreleaser.yml). */
function archiveName(): string | undefined {
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  const os = { linux: 'linux', darwin: 'darwin' }[process.platform as string];
  return arch && os ? `nats-server-v${NATS_VERSION}-${os}-${arch}.tar.gz` : undefined;
}

/**
 * The official release. Its checksums could not be known when this was written, so the archive is held against the
 * SHA256SUMS file of the same release: that finds a broken download, not a replaced release. The build from the Go
 * module, whose sum the Go checksum database vouches for, is the stronger of the two.
 */
async function download(surroundings: Surroundings): Promise<Found | PassedOver> {
  const archive = archiveName();
  if (!archive) return { passedOver: `no release for ${process.platform} ${process.arch}` };
  const release = `https://github.com/nats-io/nats-server/releases/download/v${NATS_VERSION}`;
  const say = (line: string) => surroundings.say(`nats-server: ${line}`);
  try {
    const sums = await (await request(`${release}/SHA256SUMS`)).text();
    const sum = sums
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .find(([, file]) => file === archive)?.[0];
    if (!sum) return { passedOver: `SHA256SUMS does not name ${archive}` };
    const directory = await makeOnce(
      surroundings.cacheDir,
      `nats-server-${NATS_VERSION}`,
      say,
      async (target) => {
        say(`downloading ${archive}`);
        await downloadVerified(`${release}/${archive}`, sum, join(target, archive), say);
        const unpacked = await runCommand('tar', ['-xzf', archive, '--strip-components=1'], {
          cwd: target,
          timeoutMs: 60_000,
        });
        if (unpacked.code !== 0) throw new Error(`tar: ${lastLines(unpacked.output)}`);
        await rm(join(target, archive));
      },
    );
    return asFound(directory, `${NATS_VERSION}, the official release, in ${directory}`);
  } catch (error) {
    return { passedOver: (error as Error).message };
  }
}

async function build(surroundings: Surroundings): Promise<Found | PassedOver> {
  const [go] = await onPath(['go'], surroundings.env.PATH);
  if (!go) return { passedOver: 'no go on PATH' };
  const told = await versionOf(go, ['version']);
  if ('problem' in told) return { passedOver: `${go} ${told.problem}` };
  if (!isAtLeast(told.version, GO_MINIMUM)) {
    return { passedOver: `${go} is ${told.version}, too old (${GO_MINIMUM} or newer is needed)` };
  }
  const say = (line: string) => surroundings.say(`nats-server: ${line}`);
  try {
    const directory = await makeOnce(
      surroundings.cacheDir,
      `nats-server-${NATS_VERSION}`,
      say,
      async (target) => {
        say(`building ${NATS_VERSION} from its Go module (about half a minute)`);
        const bin = join(target, 'bin');
        const env = { ...surroundings.env, GOBIN: bin, CGO_ENABLED: '0' };
        const module = `github.com/nats-io/nats-server/v2@v${NATS_VERSION}`;
        const built = await runCommand(go, ['install', '-trimpath', module], {
          env,
          timeoutMs: BUILD_MS,
          onLine: (line) => say(line),
        });
        if (built.code !== 0) throw new Error(`go install failed: ${lastLines(built.output)}`);
        await copyFile(join(bin, 'nats-server'), join(target, 'nats-server'));
        await chmod(join(target, 'nats-server'), 0o755);
        await rm(bin, { recursive: true });
      },
    );
    return asFound(directory, `${NATS_VERSION}, built from its Go module, in ${directory}`);
  } catch (error) {
    return { passedOver: (error as Error).message };
  }
}

/** NATS with JetStream: NATS_URL, PATH, earlier copy, official release, Go module. */
export function findNatsServer(surroundings: Surroundings): Promise<Found> {
  return searchInOrder(
    'nats-server',
    [
      urlStep('NATS_URL', surroundings),
      pathStep(['nats-server'], MINIMUM, surroundings),
      { name: 'earlier copy', look: () => Promise.resolve(fetchedEarlier(surroundings)) },
      { name: 'official download', look: () => download(surroundings) },
      { name: 'Go module', look: () => build(surroundings) },
    ],
    HELP,
    surroundings.say,
  );
}
