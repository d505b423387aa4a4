import Link from 'next/link';
import { useTexts } from '../../texts';
import { Stack } from '../../ui/card';
import { DayTime } from '../../ui/when';
import styles from './orders.module.css';
import type { OrderView } from './view';

/** What happened to the order, oldest first, in the reader's time. */
export function OrderTimeline({ order }: { order: OrderView }) {
  const t = useTexts();
  const words: Record<string, string> = t.timeline;
  return (
    <Stack>
      <h2>{t.order.timelineHeading}</h2>
      <ol className={styles.timeline}>
        {order.timeline.map(({ at, event }, index) => (
          <li key={index} className={styles.step}>
            <span>{words[event] ?? event}</span> <DayTime iso={at} />
          </li>
        ))}
      </ol>
      <p>
        <Link href="/orders">{t.order.allOrders}</Link>
      </p>
    </Stack>
  );
}
