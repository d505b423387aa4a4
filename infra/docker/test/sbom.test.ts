import { join } from 'node:path';
import { environment } from '../src/config';
import { sbomOf } from '../src/content/sbom';
import type { Part } from '../src/parts';

const ROOT = join(__dirname, '../../..');
/** npm alone takes seconds on a busy machine. */
const NPM_MS = 60_000;

async function namesIn(part: Part): Promise<string[]> {
  const bom = await sbomOf(ROOT, part, 'abc', environment());
  expect(bom.metadata.component).toMatchObject({ type: 'container', name: `gittix-${part}`, version: 'abc' });
  const refs = new Set([`gittix-${part}@abc`, ...bom.components.map((one) => one['bom-ref'])]);
  // A reader may follow every edge.
  for (const { ref, dependsOn } of bom.dependencies) {
    for (const one of [ref, ...dependsOn]) expect(refs).toContain(one);
  }
  return bom.components.map(({ name }) => name);
}

describe("an image's bill of materials", () => {
  it(
    'names its production dependencies, also those that are for development elsewhere',
    async () => {
      const names = await namesIn('payments');
      expect(names).toEqual(expect.arrayContaining(['payments', 'common', 'stripe', 'mongoose', 'bson']));
      for (const stranger of ['jest', 'typescript', 'bullmq', 'next']) expect(names).not.toContain(stranger);
    },
    NPM_MS,
  );

  it(
    'names nothing that only its tests need',
    async () => {
      const names = await namesIn('stripe-emulator');
      expect(names).toContain('express');
      for (const stranger of ['stripe', 'playwright-core']) expect(names).not.toContain(stranger);
    },
    NPM_MS,
  );
});
