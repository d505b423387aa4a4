import type { Ticket } from '@gittix/common/api';
import { useFreshPage } from '../../browser/use-fresh-page';
import type { Viewer } from '../../browser/viewer';
import { useTexts } from '../../texts';
import { Card, Fact, Facts, Stack } from '../../ui/card';
import { Price } from '../../ui/price';
import { Status, type StatusTone } from '../../ui/status';
import { ClockTime, When } from '../../ui/when';
import { BuyBox } from './buy-box';
import { TicketList } from './ticket-card';
import { DateStub } from './date-stub';
import styles from './ticket-page.module.css';
import type { TicketCardView, TicketView } from './view';

/** How often the page looks whether the ticket has changed. */
const LOOK_EVERY_MS = 5_000;

const tones = {
  available: 'good',
  reserved: 'wait',
  sold: 'bad',
  withdrawn: 'rest',
} as const satisfies Record<TicketView['status'], StatusTone>;

/** One ticket: what it is on the left, price and what can be done on the right, below each other on a phone. */
export function TicketPage({
  ticket,
  similar,
  viewer,
}: {
  ticket: TicketView;
  similar: TicketCardView[];
  viewer: Viewer;
}) {
  const t = useTexts();
  useFreshPage<Ticket>(
    `/api/tickets/${ticket.id}`,
    ({ version }) => version !== ticket.version,
    LOOK_EVERY_MS,
  );
  return (
    <Stack wide>
      <div className={styles.columns}>
        <div className={styles.sheet}>
          <DateStub at={ticket.starts} />
          <div className={styles.what}>
            {ticket.category && <p className={styles.category}>{t.categories[ticket.category]}</p>}
            <h1>{ticket.title}</h1>
            <Facts>
              <Fact name={t.ticket.when}>
                {ticket.starts ? <When at={ticket.starts} /> : t.ticket.dateToFollow}
              </Fact>
              {ticket.place && <Fact name={t.ticket.where}>{ticket.place}</Fact>}
              {ticket.seat && <Fact name={t.ticket.seatLabel}>{ticket.seat}</Fact>}
              {ticket.notes && <Fact name={t.ticket.notes}>{ticket.notes}</Fact>}
            </Facts>
          </div>
        </div>
        <Card>
          <Facts>
            <Fact name={t.ticket.price}>
              <Price of={ticket.price} large />
            </Fact>
          </Facts>
          <div role="status">
            <Status tone={tones[ticket.status]}>
              {ticket.status === 'reserved' && ticket.reservedUntil ? (
                <>
                  {t.ticket.onHoldUntil} <ClockTime iso={ticket.reservedUntil} />
                </>
              ) : (
                t.ticketStatus[ticket.status]
              )}
            </Status>
          </div>
          <BuyBox key={ticket.id} ticket={ticket} viewer={viewer} />
        </Card>
      </div>
      {similar.length > 0 && (
        <Stack>
          <h2>{t.ticket.similar}</h2>
          <TicketList tickets={similar} />
        </Stack>
      )}
    </Stack>
  );
}
