import type { ReactNode } from 'react';
import styles from './card.module.css';

/** A sheet of paper on the page. */
export function Card({ children }: { children: ReactNode }) {
  return <div className={styles.card}>{children}</div>;
}

/** What to say when a list has nothing: a heading, a hint, a way on. */
export function Empty({ heading, hint, children }: { heading: string; hint: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <h2>{heading}</h2>
      <p>{hint}</p>
      {children}
    </div>
  );
}

/** Things below each other with even space. */
export function Stack({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  return <div className={wide ? styles.wide : styles.stack}>{children}</div>;
}

/** Buttons and links beside each other, wrapping. */
export function Row({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>;
}

/** A page that is one column to read or fill in. */
export function Column({ children }: { children: ReactNode }) {
  return <div className={styles.column}>{children}</div>;
}

/** Names and values. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
