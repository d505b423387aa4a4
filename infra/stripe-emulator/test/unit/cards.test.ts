import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { checkCard, passesLuhn } from '../../src/domain/card-details';
import { TEST_CARDS } from '../../src/domain/cards';

interface BrowserRules {
  formatNumber(text: string): string;
  formatExpiry(text: string): string;
  numberProblem(text: string): string | undefined;
  expiryProblem(text: string, today: Date): string | undefined;
  cvcProblem(text: string, number: string): string | undefined;
  passesLuhn(digits: string): boolean;
}

/** The rules as the browser runs them. */
const emulator = {} as { cardRules: BrowserRules };
runInNewContext(readFileSync(join(__dirname, '../../assets/v3/card-rules.js'), 'utf8'), { emulator });
const rules = emulator.cardRules;

const TODAY = { year: 2026, month: 11 };
const good = { number: '4242424242424242', expMonth: 12, expYear: 2030, cvc: '123' };

describe('the test cards', () => {
  it('have numbers that pass the check digit, and no number or id twice', () => {
    const numbers = TEST_CARDS.map(({ number }) => number);
    const ids = TEST_CARDS.flatMap((card) => card.ids);
    expect(numbers.filter((number) => !passesLuhn(number) || !rules.passesLuhn(number))).toEqual([]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are all in the README', () => {
    const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    const missing = TEST_CARDS.filter(
      ({ number, ids }) => !readme.includes(number.slice(-4)) || !readme.includes(ids[0] ?? ''),
    );
    expect(missing).toEqual([]);
  });

  it('can all be typed in', () => {
    for (const { number, name, brand } of TEST_CARDS) {
      const cvc = brand === 'amex' ? '1234' : '123';
      expect(checkCard({ ...good, number, cvc }, TODAY)).toMatchObject({ card: { name } });
      expect(rules.numberProblem(number)).toBeUndefined();
    }
  });
});

describe('a card typed in', () => {
  it.each([
    ['a wrong check digit', { number: '4242424242424241' }, 'number', 'incorrect_number'],
    ['letters', { number: '4242 4242 4242 424x' }, 'number', 'incorrect_number'],
    ['too few digits', { number: '42424242424' }, 'number', 'incorrect_number'],
    ['month 0', { expMonth: 0 }, 'exp_month', 'invalid_expiry_month'],
    ['month 13', { expMonth: 13 }, 'exp_month', 'invalid_expiry_month'],
    ['last month', { expMonth: 10, expYear: 2026 }, 'exp_month', 'invalid_expiry_month'],
    ['last year', { expYear: 2025 }, 'exp_year', 'invalid_expiry_year'],
    ['a far year', { expYear: 2090 }, 'exp_year', 'invalid_expiry_year'],
    ['a short CVC', { cvc: '12' }, 'cvc', 'invalid_cvc'],
    ['a card that is no test card', { number: '4539578763621486' }, 'number', 'card_declined'],
  ])('is refused for %s', (_name, change, field, code) => {
    expect(checkCard({ ...good, ...change }, TODAY)).toMatchObject({ field, problem: { code } });
  });

  it('is good until the end of its month, with spaces and a year of two digits', () => {
    expect(
      checkCard({ number: '4242 4242 4242 4242', expMonth: 11, expYear: 26, cvc: undefined }, TODAY),
    ).toMatchObject({ card: { name: 'visa' }, expYear: 2026 });
  });
});

describe('the rules of the card form', () => {
  const today = new Date(2026, 10, 21);

  it.each([
    ['4242', '4242'],
    ['42424', '4242 4'],
    ['4242-4242-4242-4242-99', '4242 4242 4242 4242'],
    ['378282246310005', '3782 822463 10005'],
    ['', ''],
  ])('number %s shows as %s', (typed, shown) => {
    expect(rules.formatNumber(typed)).toBe(shown);
  });

  it.each([
    ['1', '1'],
    ['5', '05'],
    ['12', '12'],
    ['123', '12 / 3'],
    ['1234', '12 / 34'],
    ['12 / 34', '12 / 34'],
    ['4/30', '04 / 30'],
    ['04/2030', '04 / 30'],
    ['', ''],
  ])('expiry %s shows as %s', (typed, shown) => {
    expect(rules.formatExpiry(typed)).toBe(shown);
  });

  it('finds what is wrong', () => {
    expect(rules.numberProblem('4242 4242')).toBe('incomplete_number');
    expect(rules.numberProblem('4242 4242 4242 4241')).toBe('incorrect_number');
    expect(rules.expiryProblem('12', today)).toBe('incomplete_expiry');
    expect(rules.expiryProblem('13 / 30', today)).toBe('invalid_expiry_month');
    expect(rules.expiryProblem('10 / 26', today)).toBe('invalid_expiry_year_past');
    expect(rules.expiryProblem('11 / 26', today)).toBeUndefined();
    expect(rules.cvcProblem('12', '4242424242424242')).toBe('incomplete_cvc');
    expect(rules.cvcProblem('123', '4242424242424242')).toBeUndefined();
    expect(rules.cvcProblem('123', '378282246310005')).toBe('incomplete_cvc');
  });
});
