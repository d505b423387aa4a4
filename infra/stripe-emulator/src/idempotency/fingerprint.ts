import { createHash } from 'node:crypto';

/** SHA-256 over the parameters, whatever order they came in. */
export function fingerprint(params: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(ordered(params)))
    .digest('hex');
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, ordered(member)]);
}
