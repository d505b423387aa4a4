import type { ReactNode, Ref } from 'react';
import { Icon, type IconName } from './icon';
import styles from './notice.module.css';

export type Tone = 'info' | 'good' | 'wait' | 'bad';

const icons: Record<Tone, IconName> = { info: 'info', good: 'check', wait: 'clock', bad: 'alert' };

/**
 * A message that stands out: tone by colour, icon and words. `live` says it when it appears or changes; give `focusRef`
 * to move the focus to it instead.
 */
export function Notice({
  tone = 'info',
  live,
  focusRef,
  children,
}: {
  tone?: Tone;
  live?: 'polite' | 'assertive';
  focusRef?: Ref<HTMLDivElement>;
  children: ReactNode;
}) {
  const role = live === 'assertive' ? 'alert' : live === 'polite' ? 'status' : undefined;
  return (
    <div
      ref={focusRef}
      tabIndex={focusRef ? -1 : undefined}
      role={role}
      className={`${styles.notice} ${styles[tone]}`}
    >
      <Icon name={icons[tone]} />
      <div className={styles.body}>{children}</div>
    </div>
  );
}
