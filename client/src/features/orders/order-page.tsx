import type { Order, Payment } from '@gittix/common/api';
import { useEffect, useRef } from 'react';
import { signInHref } from '../../browser/next-parameter';
import { useFreshPage } from '../../browser/use-fresh-page';
import { leaveFor } from '../../browser/use-press';
import { useTexts } from '../../texts';
import { Column } from '../../ui/card';
import { PageHead } from '../../ui/page-head';
import { useSecondsLeft } from '../checkout/use-seconds-left';
import { useSentCard } from '../checkout/sent-card';
import { OrderAction } from './order-action';
import { OrderFacts } from './order-facts';
import { OrderTimeline } from './order-timeline';
import { isBeingUndone, lookEvery, phaseOf } from './phase';
import type { OrderView } from './view';

/** How often a page looks whether a hold that came too late is released. */
const UNDONE_EVERY_MS = 2_000;

/** One order, whatever has become of it. The address resumes: nothing of the state lives only in the page. */
export function OrderPage({ order, renderedAt }: { order: OrderView; renderedAt: number }) {
  const t = useTexts();
  const [sent, setSent] = useSentCard(order.id);
  const seconds = useSecondsLeft(order.expiresAt, renderedAt);
  const phase = phaseOf({ ...order, overdue: seconds === 0, sent });
  // Paying needs no session, and nobody is torn away from typing a card number. Whoever waits for news needs one.
  const signIn = phase === 'pay' ? undefined : () => void leaveFor(signInHref(`/orders/${order.id}`));
  const isNewOrder = ({ version }: Order) => version !== order.version;
  useFreshPage(`/api/orders/${order.id}`, isNewOrder, lookEvery(phase), signIn);
  const isNewPayment = ({ status }: Payment) => status !== order.paymentStatus;
  useFreshPage(`/api/payments/${order.id}`, isNewPayment, isBeingUndone(order) ? UNDONE_EVERY_MS : 0, signIn);

  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(phase);
  useEffect(() => {
    // A new state is news: the focus goes to its heading. Not back to the form: there the refusal's text has it.
    if (shown.current !== phase && phase !== 'pay') heading.current?.focus();
    shown.current = phase;
  }, [phase]);

  return (
    <Column>
      <PageHead title={t.order.titles[phase]} />
      <h1 ref={heading} tabIndex={-1}>
        {t.order.titles[phase]}
      </h1>
      <OrderAction order={order} phase={phase} seconds={seconds} sent={sent} setSent={setSent} />
      <OrderFacts order={order} receipt={phase === 'paid' || phase === 'refunded'} />
      <OrderTimeline order={order} />
    </Column>
  );
}
