import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What browsers get, read once at the start. */
export interface BrowserAssets {
  script: string;
  stylesheet: string;
}

/** The same from src and from dist: both lie beside assets. */
const ASSETS = join(__dirname, '..', '..', 'assets', 'v3');

/** In this order; each adds to the one object `emulator` that never leaves the script. */
export const SCRIPT_PARTS = [
  'texts.js',
  'card-rules.js',
  'api.js',
  'fields.js',
  'bank-dialog.js',
  'elements.js',
  'stripe.js',
] as const;

export function loadAssets(): BrowserAssets {
  const parts = SCRIPT_PARTS.map((name) => readFileSync(join(ASSETS, name), 'utf8'));
  return {
    script: `(function () {\n'use strict';\nconst emulator = {};\n${parts.join('\n')}\n})();\n`,
    stylesheet: readFileSync(join(ASSETS, 'elements.css'), 'utf8'),
  };
}
