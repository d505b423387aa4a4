import Link from 'next/link';
import { useTexts } from '../../texts';
import { digits } from '../../time/countdown';
import { ButtonLink } from '../../ui/button';
import { Card, Empty, Stack } from '../../ui/card';
import { Pager } from '../../ui/pager';
import { Price } from '../../ui/price';
import { Status, type StatusTone } from '../../ui/status';
import { DayTime, When } from '../../ui/when';
import { useSecondsLeft } from '../checkout/use-seconds-left';
import styles from './orders.module.css';
import type { OrderGroup, OrderView } from './view';

const tones: Record<OrderView['status'], StatusTone> = {
  created: 'wait',
  secured: 'wait',
  complete: 'good',
  cancelled: 'rest',
  expired: 'rest',
  refunded: 'rest',
};

/** The buyer's orders in groups. */
export function OrderList({
  groups,
  page,
  pages,
  renderedAt,
}: {
  groups: OrderGroup[];
  page: number;
  pages: number;
  renderedAt: number;
}) {
  const t = useTexts();
  if (groups.length === 0) {
    return (
      <Empty heading={t.orders.empty} hint={t.orders.emptyHint}>
        <ButtonLink href="/">{t.site.tickets}</ButtonLink>
      </Empty>
    );
  }
  return (
    <Stack wide>
      {groups.map(({ name, orders }) => (
        <section key={name} aria-labelledby={`group-${name}`} className={styles.group}>
          <h2 id={`group-${name}`}>{t.orders.groups[name]}</h2>
          <ul className={styles.list}>
            {orders.map((order) => (
              <li key={order.id}>
                <OrderCard order={order} renderedAt={renderedAt} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <Pager address="/orders" page={page} pages={pages} />
    </Stack>
  );
}

function OrderCard({ order, renderedAt }: { order: OrderView; renderedAt: number }) {
  const t = useTexts();
  const titles = order.items.map(({ title }) => title).join(', ');
  const starts = order.items[0]?.starts;
  return (
    <Card>
      <div className={styles.head}>
        <div>
          <h3>
            <Link href={`/orders/${order.id}`}>{titles}</Link>
          </h3>
          {starts && (
            <p className={styles.soft}>
              <When at={starts} />
            </p>
          )}
          <p className={styles.soft}>
            {t.orders.ordered} <DayTime iso={order.createdAt} />
          </p>
        </div>
        <Price of={order.total} />
      </div>
      <div className={styles.head}>
        {order.status === 'created' ? (
          <Awaiting order={order} titles={titles} renderedAt={renderedAt} />
        ) : (
          <Status tone={tones[order.status]}>{t.orderStatus[order.status]}</Status>
        )}
      </div>
    </Card>
  );
}

function Awaiting({ order, titles, renderedAt }: { order: OrderView; titles: string; renderedAt: number }) {
  const t = useTexts();
  const seconds = useSecondsLeft(order.expiresAt, renderedAt);
  if (seconds === 0) return <Status tone="rest">{t.orders.holdEnding}</Status>;
  return (
    <>
      <Status tone="wait">
        {t.orderStatus.created} <span role="timer">{t.orders.left(digits(seconds))}</span>
      </Status>
      <ButtonLink href={`/orders/${order.id}`} label={`${t.orders.payNow}: ${titles}`}>
        {t.orders.payNow}
      </ButtonLink>
    </>
  );
}
