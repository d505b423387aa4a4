import { useCallback, useEffect, useRef, useState } from 'react';
import { needsSignIn, type ApiProblem } from '../../browser/api';
import { signInHref } from '../../browser/next-parameter';
import { leaveFor, usePress } from '../../browser/use-press';
import { useTexts } from '../../texts';
import { hastenPayment, startPayment } from './start-payment';
import { appearance, loadStripe, type Stripe, type StripeElements } from './stripe';
import { verdictOf, verdictOfIntent, type Verdict } from './verdict';

export type FormState =
  | { kind: 'loading' }
  | { kind: 'ready' }
  | { kind: 'failed' }
  | { kind: 'problem'; problem: ApiProblem };

interface Opened {
  stripe: Stripe;
  elements: StripeElements;
  clientSecret: string;
}

/** While a sent card's fate is unknown, Stripe is asked this often. */
const ASK_EVERY_MS = 2_000;

/** The payment form's life: start the payment, mount Stripe's form in `place`, confirm, and find out when nobody knows. */
export function usePayment(orderId: string, sent: boolean, setSent: (sent: boolean) => void) {
  const t = useTexts();
  const place = useRef<HTMLDivElement>(null);
  const opened = useRef<Opened>(undefined);
  const [state, setState] = useState<FormState>({ kind: 'loading' });
  const [round, setRound] = useState(0);
  const [declined, setDeclined] = useState<{ reason: string | undefined }>();

  const settle = useCallback(
    (verdict: Verdict) => {
      // Unknown keeps the note: checking goes on until somebody knows.
      if (verdict.kind === 'sent' || verdict.kind === 'unknown') setSent(true);
      else setSent(false);
      setDeclined(verdict.kind === 'refused' ? { reason: verdict.reason } : undefined);
    },
    [setSent],
  );

  useEffect(() => {
    const stop = new AbortController();
    let destroy: (() => void) | undefined;
    const open = async () => {
      const started = await startPayment(orderId, stop.signal);
      if (stop.signal.aborted) return;
      if (started.kind === 'sent') return setSent(true);
      if (started.kind === 'problem') {
        if (needsSignIn(started.problem)) return leaveFor(signInHref(`/orders/${orderId}`));
        return setState({ kind: 'problem', problem: started.problem });
      }
      const { clientSecret } = started;
      const stripe = await loadStripe(started.stripeJsUrl, started.publishableKey);
      const verdict = verdictOfIntent(await stripe.retrievePaymentIntent(clientSecret));
      if (stop.signal.aborted || !place.current) return;
      if (verdict.kind === 'sent') setSent(true);
      if (verdict.kind === 'refused') setSent(false);
      const elements = stripe.elements({ clientSecret, appearance: appearance(), locale: t.lang });
      const element = elements.create('payment');
      element.on('ready', () => setState({ kind: 'ready' }));
      element.on('loaderror', () => setState({ kind: 'failed' }));
      element.mount(place.current);
      opened.current = { stripe, elements, clientSecret };
      destroy = () => element.destroy();
    };
    open().catch((error: unknown) => {
      console.error(error);
      if (!stop.signal.aborted) setState({ kind: 'failed' });
    });
    return () => {
      stop.abort();
      destroy?.();
      opened.current = undefined;
    };
  }, [orderId, round, setSent, t.lang]);

  const confirm = useCallback(async () => {
    const form = opened.current;
    if (!form) return;
    setDeclined(undefined);
    setSent(true);
    const return_url = `${window.location.origin}/orders/${orderId}`;
    const { stripe, elements } = form;
    const verdict = await stripe
      .confirmPayment({ elements, confirmParams: { return_url }, redirect: 'if_required' })
      .then(verdictOf, unknown);
    settle(verdict);
    if (verdict.kind === 'sent' || verdict.kind === 'unknown') hastenPayment(orderId);
  }, [orderId, setSent, settle]);
  const { pending, press } = usePress(confirm);

  useEffect(() => {
    // During the confirmation itself its own answer decides; asking meanwhile would see the state before it.
    if (!sent || pending) return;
    const timer = setInterval(() => {
      const form = opened.current;
      if (!form) return;
      void form.stripe
        .retrievePaymentIntent(form.clientSecret)
        .then(verdictOfIntent, unknown)
        .then((verdict) => verdict.kind === 'refused' && settle(verdict));
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [sent, pending, settle]);

  const again = () => {
    setState({ kind: 'loading' });
    setRound(round + 1);
  };
  return { place, state, declined, pending, press, again };
}

function unknown(error: unknown): Verdict {
  console.error(error);
  return { kind: 'unknown' };
}
