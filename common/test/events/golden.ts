import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EventType } from '../../src/events';

const directory = join(__dirname, 'golden');

/** The bytes of a type's golden file: what is on the bus, pretty-printed. */
export function goldenBytes(type: EventType): Buffer {
  return readFileSync(join(directory, `${type}.v1.golden.json`));
}

/** Names of the types that have a golden file. */
export function goldenTypes(): string[] {
  return readdirSync(directory).map((file) => file.replace('.v1.golden.json', ''));
}
