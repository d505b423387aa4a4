import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon';
import styles from './status.module.css';

export type StatusTone = 'good' | 'wait' | 'bad' | 'rest';

const icons: Record<StatusTone, IconName> = { good: 'check', wait: 'clock', bad: 'alert', rest: 'none' };

/** A state in a few words, with colour and icon saying the same. */
export function Status({ tone, children }: { tone: StatusTone; children: ReactNode }) {
  return (
    <span className={`${styles.status} ${styles[tone]}`}>
      <Icon name={icons[tone]} />
      <span>{children}</span>
    </span>
  );
}
