import fc from 'fast-check';
import { formatMoney, toDecimal } from '../../src/money/format';
import { parseAmount } from '../../src/money/parse';

const limits = { min: 50, max: 1_000_000 };
const any = { min: 0, max: Number.MAX_SAFE_INTEGER };

describe('parseAmount', () => {
  it('reads back every amount it is shown, in each way people write it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000_00 }), (amount) => {
        const decimal = toDecimal(amount);
        const grouped = formatMoney({ amount, currency: 'usd' }, 'en-US');
        for (const typed of [decimal, ` ${decimal} `, `$${decimal}`, grouped]) {
          expect(parseAmount(typed, any)).toEqual({ ok: true, amount });
        }
      }),
    );
  });

  it('takes whole dollars and single decimals without ever rounding', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(9), (whole, tenth) => {
        expect(parseAmount(String(whole), any)).toEqual({ ok: true, amount: whole * 100 });
        expect(parseAmount(`${whole}.${tenth}`, any)).toEqual({ ok: true, amount: whole * 100 + tenth * 10 });
      }),
    );
  });

  it('never throws and never gives anything but whole cents within the limits', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-$\d.,e+ ]{0,20}$/)), (typed) => {
        const parsed = parseAmount(typed, limits);
        if (parsed.ok) {
          expect(Number.isInteger(parsed.amount)).toBe(true);
          expect(parsed.amount).toBeGreaterThanOrEqual(limits.min);
          expect(parsed.amount).toBeLessThanOrEqual(limits.max);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['', 'missing'],
    ['  ', 'missing'],
    ['$', 'missing'],
    ['-5', 'negative'],
    ['−5', 'negative'],
    ['0', 'tooLow'],
    ['0.49', 'tooLow'],
    ['10000.01', 'tooHigh'],
    ['999999999999999999999', 'tooHigh'],
    ['1.999', 'decimals'],
    ['20,00', 'notAmount'],
    ['1,00,000', 'notAmount'],
    ['1e3', 'notAmount'],
    ['.', 'notAmount'],
    ['twenty', 'notAmount'],
    ['0x10', 'notAmount'],
    ['٢٠', 'notAmount'],
  ])('refuses %j as %s', (typed, problem) => {
    expect(parseAmount(typed, limits)).toEqual({ ok: false, problem });
  });

  it.each([
    ['0.50', 50],
    ['.5', 50],
    ['10,000.00', 1_000_000],
    ['0.1', 10],
    ['0.29', 29],
    ['1.15', 115],
    ['0020', 2000],
  ])('takes %j', (typed, amount) => {
    expect(parseAmount(typed, { min: 0, max: 1_000_000 })).toEqual({ ok: true, amount });
  });
});

describe('formatMoney', () => {
  it.each([
    [0, '$0.00'],
    [5, '$0.05'],
    [2000, '$20.00'],
    [1_000_000, '$10,000.00'],
    [8_000_000_07, '$8,000,000.07'],
  ])('%d cents are %s', (amount, text) => {
    expect(formatMoney({ amount, currency: 'usd' }, 'en-US')).toBe(text);
  });
});
