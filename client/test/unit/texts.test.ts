import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '@gittix/common/errors';
import { problemText } from '../../src/browser/problem-text';
import { languages } from '../../src/texts';
import { en } from '../../src/texts/en';

const SRC = join(__dirname, '..', '..', 'src');

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('texts/'))
  .map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }));

const everything = sources.map(({ text }) => text).join('\n');

/** Every text of the catalogue by its path. Arrays count as one. */
function paths(node: object, at = ''): string[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    const path = at === '' ? key : `${at}.${key}`;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? paths(value, path) : [path];
  });
}

/** Used by its name (`t.sell.title`), or its group is looked up by a key (`t.orderStatus[…]`) or taken whole (`= t.timeline;`). */
function isUsed(path: string): boolean {
  const steps = path.split('.');
  return steps.some((_, index) => {
    const part = steps.slice(0, index + 1).join('\\.');
    const whole = index === steps.length - 1;
    const after = whole ? '(?![\\w$])' : '(\\[|\\)|;)';
    return new RegExp(`\\b(t|en)\\.${part}${after}`).test(everything);
  });
}

describe('the catalogue of texts', () => {
  it('has no text that nobody shows', () => {
    expect(paths(en).filter((path) => !isUsed(path))).toEqual([]);
  });

  it('has every text in every language, none empty', () => {
    for (const texts of Object.values(languages)) {
      expect(paths(texts).sort()).toEqual(paths(en).sort());
      expect(texts.ticket.buy).not.toBe('');
    }
  });

  it('has words for every error code the services know', () => {
    for (const code of Object.keys(catalogue)) {
      const text = problemText({ status: 409, code, errors: [] }, en);
      expect(text).not.toBe('');
      if (code !== 'internal') expect(text).not.toBe(en.problems.internal);
    }
  });

  it('is the only place with words: no component holds a text of its own', () => {
    const literals = sources
      .filter(({ name }) => name.endsWith('.tsx'))
      .flatMap(({ name, text }) =>
        [
          // Words between tags, and attributes that are read out or shown.
          ...text.matchAll(/>\s*([A-Z][A-Za-z’', .!?]{2,})\s*<\//g),
          ...text.matchAll(/\s(?:aria-label|placeholder|title|alt|label|hint|heading)="([^"]+)"/g),
        ].map(([, words]) => `${name}: ${words}`),
      );
    expect(literals).toEqual([]);
  });
});

describe('problemText', () => {
  it('says how long to wait when tries are limited', () => {
    const problem = { status: 429, code: 'too_many_requests', errors: [] };
    expect(problemText({ ...problem, retryAfter: 30 }, en)).toBe(
      'Too many tries. Please wait 30 seconds and try again.',
    );
    expect(problemText({ ...problem, retryAfter: 600 }, en)).toContain('10 minutes');
  });

  it('gives a reference to quote for faults of ours, and only then', () => {
    expect(problemText({ status: 500, code: 'internal', errors: [], requestId: 'r-1' }, en)).toContain('r-1');
    expect(problemText({ status: 409, code: 'ticket_sold', errors: [], requestId: 'r-1' }, en)).not.toContain(
      'r-1',
    );
  });

  it('takes the service’s words for a code it does not know', () => {
    expect(problemText({ status: 422, code: 'brand_new', errors: [{ message: 'Too loud' }] }, en)).toBe(
      'Too loud',
    );
    expect(problemText({ status: 422, code: 'brand_new', errors: [] }, en)).toBe(en.problems.internal);
  });
});
