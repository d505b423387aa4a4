import Link from 'next/link';
import { useTexts } from '../../texts';
import { Icon } from '../../ui/icon';
import { Price } from '../../ui/price';
import { Status } from '../../ui/status';
import { ClockTime, When } from '../../ui/when';
import { DateStub } from './date-stub';
import styles from './ticket-card.module.css';
import type { TicketCardView } from './view';

/** A ticket in a list: one link, the whole card its target. */
export function TicketCard({ ticket }: { ticket: TicketCardView }) {
  const t = useTexts();
  return (
    <article className={styles.card}>
      <DateStub at={ticket.starts} />
      <div className={styles.body}>
        <h3 className={styles.title}>
          <Link href={`/tickets/${ticket.id}`} className={styles.link}>
            {ticket.title}
          </Link>
        </h3>
        <p className={styles.soft}>{ticket.starts ? <When at={ticket.starts} /> : t.ticket.dateToFollow}</p>
        {ticket.place && (
          <p className={styles.line}>
            <Icon name="pin" />
            {ticket.place}
          </p>
        )}
        {ticket.seat && (
          <p className={styles.line}>
            <Icon name="seat" />
            {ticket.seat}
          </p>
        )}
      </div>
      <div className={styles.end}>
        <Price of={ticket.price} />
        {ticket.status === 'reserved' && (
          <Status tone="wait">
            {ticket.reservedUntil ? (
              <>
                {t.ticket.onHoldUntil} <ClockTime iso={ticket.reservedUntil} />
              </>
            ) : (
              t.ticketStatus.reserved
            )}
          </Status>
        )}
      </div>
    </article>
  );
}

/** Cards below each other, beside each other where there is room. */
export function TicketList({ tickets }: { tickets: TicketCardView[] }) {
  return (
    <ul className={styles.list}>
      {tickets.map((ticket) => (
        <li key={ticket.id}>
          <TicketCard ticket={ticket} />
        </li>
      ))}
    </ul>
  );
}
