import Link from 'next/link';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { useAwake } from '../browser/use-awake';
import styles from './button.module.css';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

const classes = (look: Look, wide: boolean | undefined) =>
  [styles.button, styles[look], wide ? styles.wide : undefined].filter(Boolean).join(' ');

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'style'> {
  look?: Look;
  wide?: boolean;
  /** While true the button is disabled and says `pendingText`. */
  pending?: boolean;
  pendingText?: string;
  /** The form works as plain HTML: the button need not wait for the page's script. */
  plain?: boolean;
}

export function Button({
  look = 'primary',
  wide,
  pending = false,
  pendingText,
  plain,
  ...rest
}: ButtonProps) {
  const awake = useAwake();
  const { children, disabled, type = 'button', ...others } = rest;
  return (
    <button
      {...others}
      type={type}
      className={classes(look, wide)}
      disabled={disabled === true || pending || !(plain || awake)}
      data-waking={(!awake && !disabled) || undefined}
      aria-busy={pending || undefined}
    >
      {pending ? (pendingText ?? children) : children}
    </button>
  );
}

/** A link that looks like a button: it goes somewhere, it does not change anything. */
export function ButtonLink({
  href,
  look = 'primary',
  wide,
  children,
  label,
}: {
  href: string;
  look?: Look;
  wide?: boolean;
  children: ReactNode;
  label?: string;
}) {
  return (
    <Link href={href} className={classes(look, wide)} aria-label={label}>
      {children}
    </Link>
  );
}
