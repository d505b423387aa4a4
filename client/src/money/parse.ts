/** Why a typed amount is no price. */
export type AmountProblem = 'missing' | 'notAmount' | 'negative' | 'decimals' | 'tooLow' | 'tooHigh';
export type ParsedAmount = { ok: true; amount: number } | { ok: false; problem: AmountProblem };

/** Digits, optionally grouped in threes by commas, optionally with a decimal point. */
const AMOUNT = /^(?<whole>\d{1,3}(?:,\d{3})+|\d+)?(?:\.(?<cents>\d*))?$/;

/**
 * What a person typed (`25`, `25.5`, `$1,250.00`) -> integer minor units between the limits. The digits are put together
 * as text: 0.1 + 0.2 never happens to a price. A decimal comma is refused, because `1,500` could mean two things.
 */
export function parseAmount(typed: string, limits: { min: number; max: number }): ParsedAmount {
  const text = typed.trim().replace(/^\$\s*/, '');
  if (text === '') return { ok: false, problem: 'missing' };
  if (/^[-−]/.test(text)) return { ok: false, problem: 'negative' };
  const groups = AMOUNT.exec(text)?.groups;
  const whole = groups?.whole?.replaceAll(',', '');
  const cents = groups?.cents ?? '';
  if (!groups || (whole === undefined && cents === '')) return { ok: false, problem: 'notAmount' };
  if (cents.length > 2) return { ok: false, problem: 'decimals' };
  const digits = `${whole ?? '0'}${cents.padEnd(2, '0')}`.replace(/^0+(?=\d)/, '');
  // Longer than any price we take: compared as text, before a number could lose digits.
  if (digits.length > 12) return { ok: false, problem: 'tooHigh' };
  const amount = Number(digits);
  if (amount < limits.min) return { ok: false, problem: 'tooLow' };
  if (amount > limits.max) return { ok: false, problem: 'tooHigh' };
  return { ok: true, amount };
}
