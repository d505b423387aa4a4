import Link from 'next/link';
import { useTexts } from '../../texts';
import { Button } from '../../ui/button';
import { Card, Fact, Facts } from '../../ui/card';
import { Price } from '../../ui/price';
import { DayTime, When } from '../../ui/when';
import styles from './orders.module.css';
import type { OrderItemView, OrderView } from './view';

/** What was ordered and for how much; as a `receipt` with what is needed to print it. */
export function OrderFacts({ order, receipt }: { order: OrderView; receipt: boolean }) {
  const t = useTexts();
  return (
    <Card>
      <div className={styles.head}>
        <h2>{receipt ? t.order.receipt : t.order.items}</h2>
        {receipt && (
          <Button look="secondary" onClick={() => window.print()}>
            {t.order.print}
          </Button>
        )}
      </div>
      <ul className={styles.items}>
        {order.items.map((item) => (
          <li key={item.ticketId} className={styles.item}>
            <OrderItem item={item} />
          </li>
        ))}
      </ul>
      <div className={styles.total}>
        <span>{t.order.total}</span>
        <Price of={order.total} large />
      </div>
      <Facts>
        <Fact name={t.orders.ordered}>
          <DayTime iso={order.createdAt} />
        </Fact>
        <Fact name={t.order.help}>
          <code className={styles.code}>{order.id}</code>
        </Fact>
      </Facts>
    </Card>
  );
}

function OrderItem({ item }: { item: OrderItemView }) {
  const t = useTexts();
  return (
    <>
      <div>
        <p>
          <Link href={`/tickets/${item.ticketId}`}>{item.title}</Link>
        </p>
        <p className={styles.soft}>{item.starts ? <When at={item.starts} /> : t.ticket.dateToFollow}</p>
        {item.place && <p className={styles.soft}>{item.place}</p>}
        {item.seat && <p className={styles.soft}>{item.seat}</p>}
      </div>
      <Price of={item.price} />
    </>
  );
}
