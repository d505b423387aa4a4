import type { Viewer } from '../../browser/viewer';
import { useTexts } from '../../texts';
import { ButtonLink } from '../../ui/button';
import { Stack } from '../../ui/card';
import { Notice } from '../../ui/notice';
import { ClockTime } from '../../ui/when';
import { OwnListing } from '../listings/own-listing';
import { BuyButton } from './buy-button';
import styles from './ticket-page.module.css';
import { useBuy } from './use-buy';
import type { TicketView } from './view';

/** What the viewer can do with the ticket now, or why nothing. */
export function BuyBox({ ticket, viewer }: { ticket: TicketView; viewer: Viewer }) {
  const t = useTexts();
  const buy = useBuy(ticket, viewer);

  if (ticket.mine) return <OwnListing ticket={ticket} />;
  if (ticket.orderId !== undefined)
    return <OwnOrder orderId={ticket.orderId} sold={ticket.status === 'sold'} />;
  if (buy.lost) {
    return (
      <Notice tone="wait" focusRef={buy.messageRef}>
        <p>
          {buy.lost.until === undefined ? (
            t.ticket.lostRaceNoTime
          ) : (
            <>
              {t.ticket.lostRace} <ClockTime iso={buy.lost.until} />.
            </>
          )}
        </p>
      </Notice>
    );
  }
  if (ticket.status === 'sold') return <Notice tone="bad">{t.ticket.sold}</Notice>;
  if (ticket.status === 'withdrawn') return <Notice tone="bad">{t.ticket.withdrawn}</Notice>;
  if (ticket.status === 'reserved') return <HeldByOther until={ticket.reservedUntil} />;
  if (ticket.past) return <Notice tone="bad">{t.ticket.past}</Notice>;
  return (
    <Stack>
      {buy.message !== undefined && (
        <Notice tone="bad" focusRef={buy.messageRef}>
          {buy.message}
        </Notice>
      )}
      <BuyButton ticketId={ticket.id} viewer={viewer} pending={buy.pending} onPress={buy.press} />
      <p className={styles.hint}>{t.ticket.buyHint}</p>
    </Stack>
  );
}

function OwnOrder({ orderId, sold }: { orderId: string; sold: boolean }) {
  const t = useTexts();
  return (
    <Stack>
      <Notice tone="good">{sold ? t.ticket.boughtByYou : t.ticket.heldByYou}</Notice>
      <ButtonLink href={`/orders/${orderId}`} wide>
        {sold ? t.ticket.seeOrder : t.ticket.continueToPayment}
      </ButtonLink>
    </Stack>
  );
}

function HeldByOther({ until }: { until: string | undefined }) {
  const t = useTexts();
  return (
    <Notice tone="wait">
      <p>
        {until === undefined ? (
          t.ticket.heldByOtherNoTime
        ) : (
          <>
            {t.ticket.heldByOther} <ClockTime iso={until} />.
          </>
        )}
      </p>
    </Notice>
  );
}
