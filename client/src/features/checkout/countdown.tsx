import { useState } from 'react';
import { useTexts, type Texts } from '../../texts';
import { announcement, digits } from '../../time/countdown';
import { Icon } from '../../ui/icon';
import { VisuallyHidden } from '../../ui/visually-hidden';
import { ClockTime } from '../../ui/when';
import styles from './countdown.module.css';

/** The digits are silent for ears (`role="timer"`); at 10, 5, 2, 1 minutes and 30 seconds a separate status speaks. */
export function Countdown({ seconds, until }: { seconds: number; until: string }) {
  const t = useTexts();
  const mark = announcement(seconds);
  // What was due when the page opened is on the page already and not said again.
  const [first] = useState(mark);
  const urgent = seconds <= 120;
  return (
    <div className={`${styles.box} ${urgent ? styles.urgent : ''}`}>
      <Icon name={urgent ? 'alert' : 'clock'} />
      <div>
        <p className={styles.label}>
          {t.order.timeLeft}
          {urgent && `: ${t.order.hurry}`}
        </p>
        <div role="timer" aria-label={t.order.timeLeft} className={styles.digits}>
          {digits(seconds)}
        </div>
        <p className={styles.label}>
          {t.order.heldUntil} <ClockTime iso={until} />
        </p>
      </div>
      <VisuallyHidden live>{mark === undefined || mark === first ? '' : inWords(mark, t)}</VisuallyHidden>
    </div>
  );
}

function inWords(seconds: number, t: Texts): string {
  return seconds >= 60 ? t.order.minutesLeft(seconds / 60) : t.order.secondsLeft(seconds);
}
