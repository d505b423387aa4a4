import { formatMoney } from '../../money/format';
import { useTexts } from '../../texts';
import { ButtonLink } from '../../ui/button';
import { Card, Row } from '../../ui/card';
import { Notice } from '../../ui/notice';
import { ClockTime } from '../../ui/when';
import { Countdown } from '../checkout/countdown';
import { ExtendDialog } from '../checkout/extend-dialog';
import { PaymentForm } from '../checkout/payment-form';
import { Release } from '../checkout/release';
import { ReserveAgain } from '../checkout/reserve-again';
import type { Phase } from './phase';
import type { OrderView } from './view';

interface Props {
  order: OrderView;
  phase: Phase;
  seconds: number;
  sent: boolean;
  setSent: (sent: boolean) => void;
}

/** What the buyer is told and can do in this phase. */
export function OrderAction({ order, phase, seconds, sent, setSent }: Props) {
  const t = useTexts();
  switch (phase) {
    case 'pay':
    case 'checking':
      return (
        <>
          {phase === 'pay' && <Countdown seconds={seconds} until={order.expiresAt} />}
          {phase === 'pay' && <ExtendDialog order={order} seconds={seconds} />}
          {phase === 'checking' && (
            <Notice tone="wait" live="polite">
              {t.order.checking}
            </Notice>
          )}
          {order.status === 'created' && (
            <PaymentCard order={order} hidden={phase === 'checking'} sent={sent} setSent={setSent} />
          )}
        </>
      );
    case 'paid':
      return <Notice tone="good">{t.order.paidText}</Notice>;
    case 'ending':
      return (
        <Notice tone="wait">
          <p>
            {t.order.endedAt} <ClockTime iso={order.expiresAt} />.
          </p>
          <p>{t.order.ending}</p>
        </Notice>
      );
    case 'expired':
      return (
        <>
          <Notice tone="wait">
            <Ended at={order.expiresAt} />
          </Notice>
          <Again order={order} />
        </>
      );
    case 'late':
      return (
        <>
          <Notice tone="bad">
            <p>{t.order.late}</p>
            <LateMoney order={order} />
          </Notice>
          <Again order={order} />
        </>
      );
    case 'cancelled':
      return (
        <>
          <Notice tone="wait">
            {order.reason && <p>{t.cancelReasons[order.reason]}</p>}
            {order.authorizedAt === undefined ? (
              <p>{t.order.cancelledNotCharged}</p>
            ) : (
              <LateMoney order={order} />
            )}
          </Notice>
          <Row>
            <ButtonLink href="/" look="secondary">
              {t.order.findOther}
            </ButtonLink>
          </Row>
        </>
      );
    case 'refunded':
      return <Notice>{t.order.refundedText}</Notice>;
  }
}

function PaymentCard({
  order,
  hidden,
  sent,
  setSent,
}: Omit<Props, 'phase' | 'seconds'> & { hidden: boolean }) {
  return (
    <div hidden={hidden}>
      <Card>
        <PaymentForm orderId={order.id} total={order.total} hidden={hidden} sent={sent} setSent={setSent} />
        <Release orderId={order.id} />
      </Card>
    </div>
  );
}

function Ended({ at }: { at: string }) {
  const t = useTexts();
  return (
    <p>
      {t.order.endedAt} <ClockTime iso={at} />. {t.order.notCharged}
    </p>
  );
}

/** What becomes of money that a dead order's card was asked for. */
function LateMoney({ order }: { order: OrderView }) {
  const t = useTexts();
  const amount = formatMoney(order.total, t.numberLocale);
  switch (order.paymentStatus) {
    case 'voided':
    case 'failed':
      return <p>{t.order.holdReleased(amount)}</p>;
    case 'captured':
    case 'refunding':
    case 'refunded':
      return <p>{t.order.chargeReturned(amount)}</p>;
    case 'started':
    case 'authorized':
    case 'voiding':
    case undefined:
      return <p>{t.order.holdBeingReleased(amount)}</p>;
  }
}

function Again({ order }: { order: OrderView }) {
  return (
    <ReserveAgain
      orderId={order.id}
      ticketIds={order.items.map(({ ticketId }) => ticketId)}
      total={order.total}
    />
  );
}
