import fc from 'fast-check';
import { TryBook } from '../../src/bus/tries';

describe('the pause before the next try', () => {
  it('lies between half and all of 100 ms doubled, never above 10 s', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (before, random) => {
          const book = new TryBook(() => random);
          for (let n = 0; n < before; n += 1) book.failed('a', false);
          const { afterMs } = book.failed('a', false);
          const full = Math.min(10_000, 100 * 2 ** before);
          expect(afterMs).toBeLessThanOrEqual(full);
          expect(afterMs).toBeGreaterThanOrEqual(full / 2);
        },
      ),
    );
  });
});

describe('the memory of failures', () => {
  it('is bounded: the message that failed longest ago is forgotten first', () => {
    const book = new TryBook(() => 0, undefined, 3);
    for (const key of ['a', 'b', 'c', 'a', 'd']) book.failed(key, true);
    expect(book.size).toBe(3);
    expect(book.failed('a', true).failures).toBe(3);
    expect(book.failed('b', true).failures).toBe(1);
  });

  it('forgets what was handled', () => {
    const book = new TryBook(() => 0);
    book.failed('a', true);
    book.done('a');
    expect(book.size).toBe(0);
    expect(book.failed('a', true).failures).toBe(1);
  });
});
