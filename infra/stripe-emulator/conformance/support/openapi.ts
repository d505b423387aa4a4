/** As much of OpenAPI 3.0 as Stripe's description uses for its answers. */
export interface Schema {
  $ref?: string;
  anyOf?: Schema[];
  nullable?: boolean;
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  enum?: unknown[];
  maxLength?: number;
  pattern?: string;
}

interface Content {
  content?: Record<string, { schema: Schema }>;
}

export interface Spec {
  info: { version: string };
  paths: Record<
    string,
    Record<string, { requestBody?: Content; responses: Record<string, Content> }> | undefined
  >;
  components: { schemas: Record<string, Schema | undefined> };
}

export interface Findings {
  /** What contradicts the description. */
  problems: string[];
  /** Members it does not know: newer than it is, or our own. */
  unknown: Set<string>;
}

/** The entry of `paths` for a real path; ids stand where the description has `{intent}`. */
export function templateOf(path: string): string {
  const { pathname } = new URL(path, 'http://x');
  return pathname.replace(/\/pi_[^/]+/, '/{intent}').replace(/\/re_[^/]+/, '/{refund}');
}

/** What a call is answered with: its own description for 200, Stripe's error for all else. */
export function answerSchema(spec: Spec, method: string, path: string, status: number): Schema {
  const { responses } = spec.paths[templateOf(path)]?.[method.toLowerCase()] ?? {};
  const schema = responses?.[status === 200 ? '200' : 'default']?.content?.['application/json']?.schema;
  if (!schema) throw new Error(`Stripe's description has no answer ${status} for ${method} ${path}`);
  return schema;
}

export function namedSchema(spec: Spec, name: string): Schema {
  const schema = spec.components.schemas[name];
  if (!schema) throw new Error(`Stripe's description has no ${name}`);
  return schema;
}

/** Compares a value with its description, all the way down. */
export function compare(spec: Spec, schema: Schema, value: unknown, at: string, findings: Findings): void {
  if (schema.$ref) {
    return compare(spec, namedSchema(spec, schema.$ref.split('/').at(-1) ?? ''), value, at, findings);
  }
  if (value === null && schema.nullable) return;
  if (schema.anyOf) return compareWithAny(spec, schema.anyOf, value, at, findings);
  const { problems } = findings;
  if (schema.type && !isOf(schema.type, value)) {
    problems.push(`${at} is ${value === null ? 'null' : typeof value}, not ${schema.type}`);
    return;
  }
  if (schema.enum && !schema.enum.includes(value)) {
    problems.push(`${at} is ${JSON.stringify(value)}, not one of ${schema.enum.join(', ')}`);
  }
  if (typeof value === 'string') {
    if (value.length > (schema.maxLength ?? Infinity)) problems.push(`${at} is too long`);
    if (schema.pattern && !new RegExp(schema.pattern).test(value))
      problems.push(`${at} is not ${schema.pattern}`);
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) value.forEach((item, index) => compare(spec, items, item, `${at}[${index}]`, findings));
  } else if (typeof value === 'object' && value !== null) {
    compareMembers(spec, schema, value as Record<string, unknown>, at, findings);
  }
}

function compareMembers(
  spec: Spec,
  { properties, required = [], additionalProperties }: Schema,
  value: Record<string, unknown>,
  at: string,
  findings: Findings,
): void {
  for (const name of required) if (!(name in value)) findings.problems.push(`${at}.${name} is missing`);
  for (const [name, member] of Object.entries(value)) {
    const place = `${at}.${name}`;
    const described = properties?.[name];
    if (described) compare(spec, described, member, place, findings);
    else if (typeof additionalProperties === 'object')
      compare(spec, additionalProperties, member, place, findings);
    else if (properties) findings.unknown.add(place.replaceAll(/\[\d+\]/g, '[]'));
  }
}

/** One of them must fit; else the nearest miss is told. */
function compareWithAny(spec: Spec, any: Schema[], value: unknown, at: string, findings: Findings): void {
  const tries = any.map((schema) => {
    const findings: Findings = { problems: [], unknown: new Set() };
    compare(spec, schema, value, at, findings);
    return findings;
  });
  const [best] = tries.sort(
    (a, b) => a.problems.length - b.problems.length || a.unknown.size - b.unknown.size,
  );
  findings.problems.push(...(best?.problems ?? []));
  for (const name of best?.unknown ?? []) findings.unknown.add(name);
}

function isOf(type: NonNullable<Schema['type']>, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}
