import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BaseImages } from '../content/tag';
import type { ImageSource } from '../images';
import { type Engine, execute, filled, ImageError, type Terminal } from './engine';

export interface BuildPlan extends BaseImages {
  sources: (ImageSource & { tag: string })[];
  /** Before every name: a registry and a folder in it, with the last slash. */
  prefix: string;
  /** A shell command for each image that is built, with `{image}` and `{tar}` in it. */
  load?: string | undefined;
}

export interface Built {
  image: string;
  sizeMb?: number;
}

async function load(template: string, image: string, engine: Engine, terminal: Terminal): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'gittix-image-'));
  const tar = join(directory, 'image.tar');
  try {
    if (template.includes('{tar}')) await engine.save?.(image, tar);
    await execute('sh', ['-c', filled(template, { image, tar })], terminal);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Builds one image after the other (their first layers are the same, and a machine has few cores), and hands each to the
 * load command. An image over its budget is told of at the end, when all are known. Throws ImageError.
 */
export async function buildImages(plan: BuildPlan, engine: Engine, terminal: Terminal): Promise<Built[]> {
  if (plan.load?.includes('{tar}') && !engine.save) {
    throw new ImageError('--load with {tar} needs a builder that can write one; with --build, use {image}');
  }
  const { buildImage, runImage } = plan;
  const built: Built[] = [];
  const tooBig: string[] = [];
  for (const source of plan.sources) {
    const image = `${plan.prefix}${source.name}:${source.tag}`;
    const told = { ...terminal, say: (line: string) => terminal.say(`${source.name}: ${line}`) };
    const context = await source.context(told.say);
    await engine.build({ context, dockerfile: source.dockerfile, image, buildImage, runImage });
    const sizeMb = await engine.sizeMb?.(image);
    if (sizeMb !== undefined && sizeMb > (source.budgetMb ?? Infinity)) {
      tooBig.push(`${image}: ${sizeMb.toFixed(0)} MB, over its budget of ${source.budgetMb} MB`);
    }
    if (plan.load !== undefined) await load(plan.load, image, engine, told);
    built.push({ image, ...(sizeMb !== undefined && { sizeMb }) });
    terminal.say(`${image}: ${sizeMb === undefined ? 'built' : `${sizeMb.toFixed(0)} MB`}`);
  }
  if (tooBig.length > 0) throw new ImageError(tooBig.join('\n'));
  return built;
}
