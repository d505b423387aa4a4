import { onPath } from '../../../local/src/servers/on-path';
import { lastLines, runCommand } from '../../../local/src/servers/command';
import type { BaseImages } from '../content/tag';

/** No builder, or a command that failed; the message holds its last words. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}

export interface BuildJob extends BaseImages {
  /** Absolute paths. */
  context: string;
  dockerfile: string;
  /** The image's whole name with its tag. */
  image: string;
}

/** What makes images. */
export interface Engine {
  name: string;
  build(job: BuildJob): Promise<void>;
  /** Writes an archive as `docker save` does; undefined when this engine can't. */
  save?: (image: string, tar: string) => Promise<void>;
  /** MB of all layers, the base's included; undefined when this engine can't tell. */
  sizeMb?: (image: string) => Promise<number>;
}

export interface Terminal {
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
}

const BUILD_MS = 60 * 60_000;

/** Runs a program to its end; answers its output, or throws ImageError with its last words. */
export async function execute(program: string, args: string[], { env, say }: Terminal): Promise<string> {
  const { code, output } = await runCommand(program, args, { env, timeoutMs: BUILD_MS, onLine: say });
  if (code === 0) return output;
  throw new ImageError(`${program} ${args.join(' ')} failed with ${code}:\n${lastLines(output, 15)}`);
}

function buildArguments({ context, dockerfile, image, buildImage, runImage }: BuildJob): string[] {
  const base = { BUILD_IMAGE: buildImage, RUN_IMAGE: runImage };
  const given = Object.entries(base).flatMap(([name, value]) =>
    value === undefined ? [] : ['--build-arg', `${name}=${value}`],
  );
  return ['--file', dockerfile, '--tag', image, ...given, context];
}

const UNITS: Record<string, number> = { B: 1e-6, KB: 1e-3, MB: 1, GB: 1e3 };

/** `124 MB`, as buildah writes it. */
export function megabytes(text: string): number {
  const [, number, unit] = /([\d.]+)\s*([KMG]?B)/i.exec(text) ?? [];
  const factor = UNITS[unit?.toUpperCase() ?? ''];
  if (number === undefined || factor === undefined) throw new ImageError(`"${text}" is no size`);
  return Number(number) * factor;
}

export const ENGINES = ['docker', 'buildah', 'podman'] as const;
export type EngineName = (typeof ENGINES)[number];

export function engineOf(name: EngineName, terminal: Terminal): Engine {
  const quiet = { ...terminal, say: () => undefined };
  const run = (...args: string[]) => execute(name, args, terminal);
  if (name === 'buildah') {
    return {
      name,
      build: async (job) => void (await run('build', '--layers', ...buildArguments(job))),
      save: async (image, tar) =>
        void (await run('push', '--quiet', image, `docker-archive:${tar}:${image}`)),
      sizeMb: async (image) => megabytes(await execute(name, ['images', '--format={{.Size}}', image], quiet)),
    };
  }
  const sizeOf = ['image', 'inspect', '--format={{.Size}}'];
  return {
    name,
    build: async (job) => void (await run('build', ...buildArguments(job))),
    save: async (image, tar) => void (await run('save', '--output', tar, image)),
    sizeMb: async (image) => Number(await execute(name, [...sizeOf, image], quiet)) / 1e6,
  };
}

/** The first builder on PATH. Throws ImageError when there is none. */
export async function anyEngine(terminal: Terminal): Promise<Engine> {
  for (const name of ENGINES) {
    if ((await onPath([name], terminal.env.PATH)).length > 0) return engineOf(name, terminal);
  }
  throw new ImageError(
    `No builder of images: none of ${ENGINES.join(', ')} is on PATH. Install one, or give your own command by --build.`,
  );
}

const quoted = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;

/** Puts values, quoted for the shell, in the place of `{name}`. */
export function filled(template: string, values: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : quoted(value);
  });
}

/** A builder that is the caller's own shell command, with `{context}`, `{dockerfile}` and `{image}` in it. */
export function ownCommand(template: string, terminal: Terminal): Engine {
  return {
    name: 'your command',
    build: async ({ context, dockerfile, image }) =>
      void (await execute('sh', ['-c', filled(template, { context, dockerfile, image })], terminal)),
  };
}
