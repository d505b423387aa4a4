import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOnce } from './cache';
import { lastLines, runCommand } from './command';
import { onPath, versionOf } from './on-path';
import type { Found, PassedOver, Surroundings } from './search';
import { isAtLeast } from './version';

const SOURCE = join(__dirname, '../../mongod-stand-in');
const JAVA_MINIMUM = '17';
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';
const BUILD_MS = 4 * 60_000;
/** What the stand-in claims to be (Mongod.java), because drivers refuse what mongo-java-server claims. */
const CLAIMED_VERSION = '7.0.0';

/** The flags make it start in 0.3 s: it is a small program that never needs the big compiler. */
const SHIM = `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xmx1g -cp "$here/classes:$here/lib/*" Mongod "$@"
`;

/** The directory's name changes with its sources, so a changed stand-in is built anew. */
async function cacheName(): Promise<string> {
  const hash = createHash('sha256').update(SHIM);
  for (const file of ['Mongod.java', 'pom.xml']) hash.update(await readFile(join(SOURCE, file)));
  return `mongod-stand-in-${hash.digest('hex').slice(0, 12)}`;
}

function asFound(directory: string, how: string): Found {
  const location = join(directory, 'mongod');
  return {
    kind: 'binary',
    location,
    version: CLAIMED_VERSION,
    standIn: true,
    why: `the stand-in (mongo-java-server), ${how}, in ${directory}`,
  };
}

async function javaTool(name: string, surroundings: Surroundings): Promise<{ path: string } | PassedOver> {
  const [path] = await onPath([name], surroundings.env.PATH);
  if (!path) return { passedOver: `no ${name} on PATH` };
  const told = await versionOf(path);
  if ('problem' in told) return { passedOver: `${path} ${told.problem}` };
  if (!isAtLeast(told.version, JAVA_MINIMUM)) {
    return { passedOver: `${path} is ${told.version}, too old (${JAVA_MINIMUM} or newer is needed)` };
  }
  return { path };
}

/** The stand-in when an earlier run built it and there still is a Java to run it. */
export async function standInBuiltEarlier(surroundings: Surroundings): Promise<Found | PassedOver> {
  const directory = join(surroundings.cacheDir, await cacheName());
  if (!existsSync(directory)) return { passedOver: 'none yet' };
  const java = await javaTool('java', surroundings);
  return 'path' in java ? asFound(directory, 'built earlier') : java;
}

/** Fetches mongo-java-server with Maven and compiles the stand-in. */
export async function buildStandIn(surroundings: Surroundings): Promise<Found | PassedOver> {
  const javac = await javaTool('javac', surroundings);
  if (!('path' in javac)) return javac;
  const [mvn] = await onPath(['mvn'], surroundings.env.PATH);
  if (!mvn) return { passedOver: 'no mvn on PATH' };
  const say = (line: string) => surroundings.say(`mongod: ${line}`);
  const run = async (program: string, args: string[], cwd: string) => {
    const { code, output } = await runCommand(program, args, {
      cwd,
      env: { ...surroundings.env },
      timeoutMs: BUILD_MS,
    });
    if (code !== 0) throw new Error(`${program} failed: ${lastLines(output)}`);
  };
  try {
    const directory = await makeOnce(surroundings.cacheDir, await cacheName(), say, async (target) => {
      for (const file of ['Mongod.java', 'pom.xml']) await copyFile(join(SOURCE, file), join(target, file));
      say('fetching mongo-java-server with Maven');
      const goal = `${DEPENDENCY_PLUGIN}:copy-dependencies`;
      await run(mvn, ['-q', '-B', goal, '-DoutputDirectory=lib', '-DincludeScope=runtime'], target);
      say('compiling the stand-in');
      await run(javac.path, ['-cp', 'lib/*', '-d', 'classes', 'Mongod.java'], target);
      await writeFile(join(target, 'mongod'), SHIM);
      await chmod(join(target, 'mongod'), 0o755);
      await rm(join(target, 'target'), { recursive: true, force: true });
    });
    return asFound(directory, 'built with Maven');
  } catch (error) {
    return { passedOver: (error as Error).message };
  }
}
