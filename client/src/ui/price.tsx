import type { Money } from '@gittix/common/api';
import { formatMoney, toDecimal } from '../money/format';
import { useTexts } from '../texts';
import styles from './price.module.css';

/** An amount, always with its currency. */
export function Price({ of, large = false }: { of: Money; large?: boolean }) {
  const t = useTexts();
  return (
    <data value={toDecimal(of.amount)} className={large ? styles.large : styles.price}>
      {formatMoney(of, t.numberLocale)} <span className={styles.currency}>{t.currencies[of.currency]}</span>
    </data>
  );
}
