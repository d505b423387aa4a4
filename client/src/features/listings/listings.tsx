import Link from 'next/link';
import { useTexts } from '../../texts';
import { ButtonLink } from '../../ui/button';
import { Card, Empty, Stack } from '../../ui/card';
import { Price } from '../../ui/price';
import { Status, type StatusTone } from '../../ui/status';
import { When } from '../../ui/when';
import type { TicketCardView } from '../tickets/view';
import { ListingActions } from './own-listing';
import styles from './listings.module.css';
import type { ListingGroup } from './view';

const tones: Record<ListingGroup['status'], StatusTone> = {
  available: 'good',
  reserved: 'wait',
  sold: 'good',
  withdrawn: 'rest',
};

/** The seller's listings by state. */
export function Listings({ groups, shown, total }: { groups: ListingGroup[]; shown: number; total: number }) {
  const t = useTexts();
  if (groups.length === 0) {
    return (
      <Empty heading={t.listings.empty} hint={t.listings.emptyHint}>
        <ButtonLink href="/sell">{t.site.sell}</ButtonLink>
      </Empty>
    );
  }
  return (
    <Stack wide>
      {groups.map(({ status, tickets }) => (
        <section key={status} aria-labelledby={`group-${status}`} className={styles.group}>
          <h2 id={`group-${status}`}>{t.listings.groups[status]}</h2>
          <ul className={styles.list}>
            {tickets.map((ticket) => (
              <li key={ticket.id}>
                <Listing ticket={ticket} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {shown < total && <p>{t.listings.shown(shown, total)}</p>}
    </Stack>
  );
}

function Listing({ ticket }: { ticket: TicketCardView }) {
  const t = useTexts();
  return (
    <Card>
      <div className={styles.head}>
        <div>
          <h3>
            <Link href={`/tickets/${ticket.id}`}>{ticket.title}</Link>
          </h3>
          <p className={styles.soft}>{ticket.starts ? <When at={ticket.starts} /> : t.ticket.dateToFollow}</p>
          {ticket.place && <p className={styles.soft}>{ticket.place}</p>}
          {ticket.seat && <p className={styles.soft}>{ticket.seat}</p>}
        </div>
        <div className={styles.end}>
          <Price of={ticket.price} />
          <Status tone={tones[ticket.status]}>{t.listings.groups[ticket.status]}</Status>
        </div>
      </div>
      <ListingActions ticket={ticket} named />
    </Card>
  );
}
