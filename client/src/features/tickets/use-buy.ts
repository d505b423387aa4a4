import { useRouter } from 'next/router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { signInHref } from '../../browser/next-parameter';
import { problemText } from '../../browser/problem-text';
import { useRefresh } from '../../browser/use-fresh-page';
import { leaveFor, usePress } from '../../browser/use-press';
import type { Viewer } from '../../browser/viewer';
import { useTexts } from '../../texts';
import { reserve } from '../checkout/reserve';
import { buyAddress } from './buy-button';
import { rememberPress, takePress } from './remembered-press';
import type { TicketView } from './view';

interface Lost {
  until: string | undefined;
  /** The ticket's version when the race was lost; the page may not know yet that it is reserved. */
  version: number;
}

/** The press on "Buy now": reserves, goes to the order, or says why not with the focus on the message. */
export function useBuy(ticket: TicketView, viewer: Viewer) {
  const t = useTexts();
  const { query } = useRouter();
  const refresh = useRefresh();
  const messageRef = useRef<HTMLDivElement>(null);
  const [lost, setLost] = useState<Lost>();
  const [message, setMessage] = useState<string>();
  const { id, price, version } = ticket;

  const work = useCallback(async () => {
    setMessage(undefined);
    setLost(undefined);
    const outcome = await reserve({ ticketIds: [id], expectedTotal: price });
    if (outcome.kind === 'reserved') return leaveFor(`/orders/${outcome.orderId}`);
    if (outcome.kind === 'signIn') {
      rememberPress(id);
      return leaveFor(signInHref(buyAddress(id)));
    }
    if (outcome.kind === 'taken') setLost({ until: outcome.until, version });
    else
      setMessage(
        outcome.problem.code === 'price_changed' ? t.ticket.priceChanged : problemText(outcome.problem, t),
      );
    // Asks for similar tickets too, and forgets a finished `buy=1`.
    await refresh(`/tickets/${id}${outcome.kind === 'taken' ? '?similar=1' : ''}`);
  }, [id, price, version, refresh, t]);
  const { pending, press } = usePress(work);

  const finishing = query.buy === '1' && viewer.signedIn;
  useEffect(() => {
    if (finishing && takePress(id)) press();
  }, [finishing, id, press]);

  const lostNow =
    lost && (ticket.status === 'reserved' || ticket.version === lost.version) ? lost : undefined;
  const toSay = lostNow !== undefined || message !== undefined;
  useEffect(() => {
    if (toSay) messageRef.current?.focus();
  }, [toSay, lost, message]);

  return { pending, press, lost: lostNow, message, messageRef };
}
