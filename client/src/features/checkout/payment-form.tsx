import type { Money } from '@gittix/common/api';
import { useEffect, useRef } from 'react';
import { problemText } from '../../browser/problem-text';
import { formatMoney } from '../../money/format';
import { useTexts } from '../../texts';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { NeedsScript } from '../../ui/needs-script';
import { Notice } from '../../ui/notice';
import styles from './payment-form.module.css';
import { usePayment } from './use-payment';

/** Stripe's own form with our button. Stays mounted but `hidden` while the bank is asked, so that a refusal brings it back as it was. */
export function PaymentForm({
  orderId,
  total,
  hidden,
  sent,
  setSent,
}: {
  orderId: string;
  total: Money;
  hidden: boolean;
  sent: boolean;
  setSent: (sent: boolean) => void;
}) {
  const t = useTexts();
  const message = useRef<HTMLDivElement>(null);
  const { place, state, declined, pending, press, again } = usePayment(orderId, sent, setSent);
  const shownDecline = hidden ? undefined : declined;
  useEffect(() => {
    if (shownDecline) message.current?.focus();
  }, [shownDecline]);
  return (
    <section aria-labelledby="payment" hidden={hidden} className={styles.form}>
      <h2 id="payment">{t.checkout.heading}</h2>
      <NeedsScript />
      {shownDecline && (
        <Notice tone="bad" focusRef={message}>
          <p>{t.checkout.declined}</p>
          {shownDecline.reason !== undefined && <p>{t.checkout.bankSays(shownDecline.reason)}</p>}
        </Notice>
      )}
      {state.kind === 'loading' && <p role="status">{t.checkout.loading}</p>}
      {state.kind === 'failed' && (
        <Notice tone="bad" live="assertive">
          <p>{t.checkout.couldNotLoad}</p>
          <Button look="secondary" onClick={again}>
            {t.checkout.retry}
          </Button>
        </Notice>
      )}
      {state.kind === 'problem' && (
        <Notice tone="bad" live="assertive">
          <p>{problemText(state.problem, t)}</p>
          {state.problem.status !== 409 && (
            <Button look="secondary" onClick={again}>
              {t.checkout.retry}
            </Button>
          )}
        </Notice>
      )}
      <form
        method="post"
        onSubmit={(event) => {
          event.preventDefault();
          press();
        }}
        className={styles.form}
      >
        <div ref={place} />
        <Button
          type="submit"
          wide
          disabled={state.kind !== 'ready'}
          pending={pending}
          pendingText={t.checkout.paying}
        >
          {t.checkout.pay(formatMoney(total, t.numberLocale))}
        </Button>
      </form>
      <p className={styles.secure}>
        <Icon name="lock" />
        {t.checkout.secure}
      </p>
    </section>
  );
}
