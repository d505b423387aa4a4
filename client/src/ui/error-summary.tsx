import { useEffect, useRef } from 'react';
import styles from './error-summary.module.css';

export interface FieldError {
  /** Id of the field's control. */
  id: string;
  message: string;
}

/** All errors of a form on top, each a link to its field. Takes the focus whenever `shown` (the try) changes. */
export function ErrorSummary({
  heading,
  errors,
  shown,
}: {
  heading: string;
  errors: FieldError[];
  shown: number;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (shown > 0) box.current?.focus();
  }, [shown]);
  if (errors.length === 0) return null;
  return (
    <div ref={box} tabIndex={-1} role="group" aria-labelledby="error-summary" className={styles.summary}>
      <h2 id="error-summary">{heading}</h2>
      <ul>
        {errors.map(({ id, message }) => (
          <li key={id}>
            <a
              href={`#${id}`}
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(id)?.focus();
              }}
            >
              {message}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
