import type { EventTime } from '../../time/format';
import { Logo } from '../../ui/icon';
import styles from './date-stub.module.css';

/** The torn-off end of a ticket with its date, for the eye; the words stand beside it. */
export function DateStub({ at }: { at: EventTime | undefined }) {
  return (
    <div className={styles.stub} aria-hidden="true">
      {at ? (
        <>
          <span>{at.weekday}</span>
          <span className={styles.day}>{at.day}</span>
          <span>{at.month}</span>
          <span className={styles.year}>{at.year}</span>
        </>
      ) : (
        <Logo />
      )}
    </div>
  );
}
