import type { ReactNode } from 'react';
import styles from './visually-hidden.module.css';

/** For ears only. With `live` it is said whenever it changes. */
export function VisuallyHidden({ live = false, children }: { live?: boolean; children: ReactNode }) {
  return live ? (
    <p role="status" className={styles.hidden}>
      {children}
    </p>
  ) : (
    <span className={styles.hidden}>{children}</span>
  );
}
