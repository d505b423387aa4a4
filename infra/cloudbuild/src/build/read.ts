import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

/** A YAML file that has exactly this shape. Throws an error naming the file and what is wrong in it. */
export async function readYaml<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  const result = schema.safeParse(parse(await readFile(path, 'utf8')));
  if (!result.success) throw new Error(`${path}: ${z.prettifyError(result.error)}`);
  return result.data;
}
