import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNameOf, KINDS } from './kinds';
import { strictSchema } from './strict';

/** Makes the directory of schemas anew from an API server's OpenAPI document (version 2). Answers the files' names. */
export async function writeSchemas(openapi: string, directory: string): Promise<string[]> {
  const schemas = KINDS.map((kind) => ({ name: fileNameOf(kind), schema: strictSchema(openapi, kind) }));
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const { name, schema } of schemas) {
    await writeFile(join(directory, name), `${JSON.stringify(schema)}\n`);
  }
  return schemas.map(({ name }) => name);
}
