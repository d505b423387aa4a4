import type { ReactNode } from 'react';
import styles from './disclosure.module.css';

/** More, behind one press; plain HTML. */
export function Disclosure({
  summary,
  open,
  children,
}: {
  summary: string;
  open: boolean;
  children: ReactNode;
}) {
  return (
    <details className={styles.details} open={open || undefined}>
      <summary className={styles.summary}>{summary}</summary>
      <div className={styles.body}>{children}</div>
    </details>
  );
}
