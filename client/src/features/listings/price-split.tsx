import { formatMoney } from '../../money/format';
import { parseAmount } from '../../money/parse';
import { useTexts } from '../../texts';
import styles from './sell-form.module.css';
import type { SellLimits } from './view';

/** What the buyer pays and the seller receives, as soon as the price is one; said politely. */
export function PriceSplit({ typed, limits }: { typed: string; limits: SellLimits }) {
  const t = useTexts();
  const price = parseAmount(typed, { min: limits.min.amount, max: limits.max.amount });
  const amount = price.ok ? formatMoney({ amount: price.amount, currency: 'usd' }, t.numberLocale) : '';
  return (
    <p role="status" className={styles.split}>
      {price.ok && t.sell.split(amount, amount)}
    </p>
  );
}
