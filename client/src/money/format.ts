import type { Money } from '@gittix/common/api';

/** `$1,250.00`. The amount is taken apart as text, so that no float ever holds money. */
export function formatMoney({ amount, currency }: Money, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency: currency.toUpperCase() });
  return format.format(toDecimal(amount) as unknown as number);
}

/** Minor units -> `1250.00`, the form people edit and machines read. */
export function toDecimal(amount: number): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
