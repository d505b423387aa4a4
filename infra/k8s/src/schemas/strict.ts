import { z } from 'zod';

/** The document can't be made schemas of. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

type Json = Record<string, unknown>;

const swagger = z.object({ definitions: z.record(z.string(), z.record(z.string(), z.unknown())) });
const kindsOf = z.array(z.object({ group: z.string(), version: z.string(), kind: z.string() })).default([]);

export interface Kind {
  group: string;
  version: string;
  kind: string;
}

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';

/**
 * One JSON schema for a kind, made of the OpenAPI document of an API server: unknown fields are errors (the server itself
 * only warns of them, and then drops them), and what the server's own way of writing cannot say is said.
 */
export function strictSchema(openapi: string, { group, version, kind }: Kind): Json {
  const { definitions } = swagger.parse(JSON.parse(openapi));
  const wanted = (candidate: Kind) =>
    candidate.group === group && candidate.version === version && candidate.kind === kind;
  const found = Object.entries(definitions).find(([, definition]) =>
    kindsOf.parse(definition['x-kubernetes-group-version-kind']).some(wanted),
  );
  if (!found) throw new SchemaError(`the document has no ${kind} of ${group || 'core'}/${version}`);
  const [name, definition] = found;
  const root = strict(definition) as Json & { properties: Json; required?: string[] };
  root.properties = {
    ...root.properties,
    apiVersion: { const: group === '' ? version : `${group}/${version}` },
    kind: { const: kind },
  };
  root.required = [...new Set([...(root.required ?? []), 'apiVersion', 'kind', 'metadata'])];
  const used = reachable(definitions, name);
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...root, definitions: used };
}

function reachable(definitions: Record<string, Json>, from: string): Json {
  const used: Json = {};
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [key, child] of Object.entries(value)) {
      if (key !== '$ref' || typeof child !== 'string') {
        visit(child);
        continue;
      }
      const name = child.replace('#/definitions/', '');
      if (name in used) continue;
      used[name] = known(name) ?? strict(definitions[name] ?? {});
      visit(used[name]);
    }
  };
  visit(strict(definitions[from] ?? {}));
  return used;
}

function known(name: string): Json | undefined {
  if (name === QUANTITY) return { type: ['string', 'number'] };
  if (name === INT_OR_STRING) return { type: ['string', 'integer'] };
  return undefined;
}

/** Descriptions and defaults go, extensions become plain JSON schema, and objects with named fields take no others. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (schema === null || typeof schema !== 'object') return schema;
  const given = schema as Json;
  if (given['x-kubernetes-int-or-string'] === true || given.format === 'int-or-string') {
    return { type: ['string', 'integer'] };
  }
  const made: Json = {};
  for (const [key, value] of Object.entries(given)) {
    if (key === 'description' || key === 'default' || key === 'format' || key.startsWith('x-')) continue;
    made[key] =
      key === 'properties'
        ? Object.fromEntries(Object.entries(value as Json).map(([name, child]) => [name, strict(child)]))
        : strict(value);
  }
  const open = given['x-kubernetes-preserve-unknown-fields'] === true;
  if (made.properties !== undefined && made.additionalProperties === undefined && !open) {
    made.additionalProperties = false;
  }
  return made;
}
