import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { lastLines, runCommand } from '../../../local/src/servers/command';
import { PARTS, type Part } from '../parts';
import type { Tags } from './tag';

/** npm could not tell what is in an image. */
export class SbomError extends Error {
  override readonly name = 'SbomError';
}

const SBOM_MS = 2 * 60_000;
const cyclonedx = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component: z.looseObject({}) }),
  components: z.array(z.looseObject({ 'bom-ref': z.string(), name: z.string() })),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});
type Bom = z.infer<typeof cyclonedx>;

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

const nameOf = (ref: string) => ref.slice(0, ref.lastIndexOf('@'));

/** Everything that can be reached from a component, itself included, without what it needs only in development. */
function reachable(bom: Bom, from: string, isLeftOut: (name: string) => boolean): Set<string> {
  const edges = new Map(bom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = new Set([from]);
  for (const ref of reached) {
    for (const next of edges.get(ref) ?? []) {
      if (ref !== from || !isLeftOut(nameOf(next))) reached.add(next);
    }
  }
  return reached;
}

/**
 * The bill of materials (CycloneDX) of a part's image: the production dependencies that the lock file gives it. Not by
 * npm's own `--omit=dev`, which also leaves out what any other workspace needs for development only.
 */
export async function sbomOf(root: string, part: Part, tag: string, env: NodeJS.ProcessEnv): Promise<Bom> {
  const args = ['--package-lock-only', '--sbom-format=cyclonedx', `--workspace=${PARTS[part]}`];
  const { code, output } = await runCommand('npm', ['sbom', '--loglevel=error', ...args], {
    cwd: root,
    env,
    timeoutMs: SBOM_MS,
  });
  if (code !== 0) throw new SbomError(`npm sbom failed for ${part}:\n${lastLines(output)}`);
  const bom = cyclonedx.parse(JSON.parse(output));
  const own = manifest.parse(JSON.parse(await readFile(join(root, PARTS[part], 'package.json'), 'utf8')));
  const inside = reachable(bom, `${own.name}@${own.version}`, (name) => name in own.devDependencies);
  const component = { ...bom.metadata.component, type: 'container', name: `gittix-${part}`, version: tag };
  return {
    ...bom,
    // npm names the folder it ran in; this is of the image.
    metadata: { ...bom.metadata, component: { ...component, 'bom-ref': `gittix-${part}@${tag}` } },
    components: bom.components.filter((one) => inside.has(one['bom-ref'])),
    dependencies: [
      { ref: `gittix-${part}@${tag}`, dependsOn: [`${own.name}@${own.version}`] },
      ...bom.dependencies
        .filter(({ ref }) => inside.has(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((next) => inside.has(next)) })),
    ],
  };
}

/** Writes `<part>.cdx.json` for each part into a directory. */
export async function writeSboms(
  root: string,
  directory: string,
  tags: Partial<Tags>,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [part, tag] of Object.entries(tags) as [Part, string][]) {
    const bom = await sbomOf(root, part, tag, env);
    await writeFile(join(directory, `${part}.cdx.json`), `${JSON.stringify(bom, null, 2)}\n`);
  }
}
