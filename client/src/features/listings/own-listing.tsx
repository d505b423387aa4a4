import { useState } from 'react';
import { useTexts } from '../../texts';
import { Button, ButtonLink } from '../../ui/button';
import { Row, Stack } from '../../ui/card';
import type { TicketCardView } from '../tickets/view';
import { WithdrawDialog } from './withdraw-dialog';

/** Edit and withdraw for the seller; greyed with the reason unless the listing is live. `named` tells listings apart for ears. */
export function ListingActions({ ticket, named = false }: { ticket: TicketCardView; named?: boolean }) {
  const t = useTexts();
  const [withdrawing, setWithdrawing] = useState(false);
  const live = ticket.status === 'available';
  const reasonId = `why-${ticket.id}`;
  const label = (action: string) => (named ? { 'aria-label': `${action}: ${ticket.title}` } : {});
  return (
    <Stack>
      <Row>
        {live ? (
          <ButtonLink
            href={`/tickets/${ticket.id}/edit`}
            look="secondary"
            {...(named ? { label: `${t.ticket.edit}: ${ticket.title}` } : {})}
          >
            {t.ticket.edit}
          </ButtonLink>
        ) : (
          <Button look="secondary" disabled aria-describedby={reasonId} {...label(t.ticket.edit)}>
            {t.ticket.edit}
          </Button>
        )}
        <Button
          look="danger"
          disabled={!live}
          aria-describedby={live ? undefined : reasonId}
          onClick={() => setWithdrawing(true)}
          {...label(t.ticket.withdraw)}
        >
          {t.ticket.withdraw}
        </Button>
      </Row>
      {!live && <p id={reasonId}>{t.listings.why[ticket.status]}</p>}
      <WithdrawDialog ticket={ticket} open={withdrawing} onClose={() => setWithdrawing(false)} />
    </Stack>
  );
}

/** On the ticket's page, in place of "Buy now". */
export function OwnListing({ ticket }: { ticket: TicketCardView }) {
  const t = useTexts();
  return (
    <Stack>
      <p>{t.ticket.yours}</p>
      <ListingActions ticket={ticket} />
    </Stack>
  );
}
