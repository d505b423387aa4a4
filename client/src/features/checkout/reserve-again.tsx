import type { Money } from '@gittix/common/api';
import { useState, type ReactNode } from 'react';
import { signInHref } from '../../browser/next-parameter';
import { problemText } from '../../browser/problem-text';
import { leaveFor, usePress } from '../../browser/use-press';
import { useTexts } from '../../texts';
import { Button, ButtonLink } from '../../ui/button';
import { Row, Stack } from '../../ui/card';
import { Notice } from '../../ui/notice';
import { ClockTime } from '../../ui/when';
import { reserve } from './reserve';

/** One press to try for the same tickets once more. */
export function ReserveAgain({
  orderId,
  ticketIds,
  total,
}: {
  orderId: string;
  ticketIds: string[];
  total: Money;
}) {
  const t = useTexts();
  const [message, setMessage] = useState<ReactNode>();
  const { pending, press } = usePress(async () => {
    setMessage(undefined);
    const outcome = await reserve({ ticketIds, expectedTotal: total });
    if (outcome.kind === 'reserved') return leaveFor(`/orders/${outcome.orderId}`);
    if (outcome.kind === 'signIn') return leaveFor(signInHref(`/orders/${orderId}`));
    if (outcome.kind === 'problem') return setMessage(problemText(outcome.problem, t));
    setMessage(
      outcome.until === undefined ? (
        t.ticket.lostRaceNoTime
      ) : (
        <p>
          {t.ticket.lostRace} <ClockTime iso={outcome.until} />.
        </p>
      ),
    );
  });
  return (
    <Stack>
      {message !== undefined && (
        <Notice tone="wait" live="assertive">
          {message}
        </Notice>
      )}
      <Row>
        <Button pending={pending} pendingText={t.order.reserving} onClick={press}>
          {t.order.reserveAgain}
        </Button>
        <ButtonLink href="/" look="secondary">
          {t.order.findOther}
        </ButtonLink>
      </Row>
    </Stack>
  );
}
