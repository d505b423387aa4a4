import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { makeOnce } from './cache';
import { lastLines, runCommand } from './command';
import { downloadVerified, request } from './download';
import { cached, earlierCopyStep, goModuleStep, type GoServer } from './go-module';
import { pathStep, urlStep } from './on-path';
import { type Found, type PassedOver, searchInOrder, type Surroundings } from './search';

export const NATS_VERSION = '2.15.2';
/** Older servers have no list of filter subjects and no consumer metadata. */
const MINIMUM = '2.10';
const SERVER: GoServer = {
  name: 'nats-server',
  version: NATS_VERSION,
  module: 'github.com/nats-io/nats-server/v2',
};

const HELP = 'Install nats-server 2.10 or newer, or Go (to build it), or set NATS_URL to a running one.';

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
    const sums = await (await request(surroundings.fetch, `${release}/SHA256SUMS`)).text();
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
        await downloadVerified(surroundings.fetch, `${release}/${archive}`, sum, join(target, archive), say);
        const unpacked = await runCommand('tar', ['-xzf', archive, '--strip-components=1'], {
          cwd: target,
          timeoutMs: 60_000,
        });
        if (unpacked.code !== 0) throw new Error(`tar: ${lastLines(unpacked.output)}`);
        await rm(join(target, archive));
      },
    );
    return cached(SERVER, directory, 'the official release');
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
      earlierCopyStep(SERVER, surroundings),
      { name: 'official download', look: () => download(surroundings) },
      goModuleStep(SERVER, surroundings),
    ],
    HELP,
    surroundings.say,
  );
}
