/** What we use of Stripe.js, as https://docs.stripe.com/js describes it; the emulator's script offers the same. */
export interface StripeError {
  type: string;
  code?: string;
  message?: string;
  payment_intent?: { status: string };
}

export interface StripeAnswer {
  error?: StripeError;
  paymentIntent?: { status: string };
}

export interface StripeElement {
  mount(target: HTMLElement): void;
  destroy(): void;
  on(event: 'ready' | 'loaderror', listener: () => void): void;
}

export interface StripeElements {
  create(type: 'payment'): StripeElement;
}

export interface Stripe {
  elements(options: { clientSecret: string; appearance: object; locale: string }): StripeElements;
  confirmPayment(options: {
    elements: StripeElements;
    confirmParams: { return_url: string };
    redirect: 'if_required';
  }): Promise<StripeAnswer>;
  retrievePaymentIntent(clientSecret: string): Promise<StripeAnswer>;
}

declare global {
  interface Window {
    Stripe?: (publishableKey: string) => Stripe;
  }
}

const loading = new Map<string, Promise<void>>();

/** Loads Stripe.js from the address payments gave, once; a failed try is forgotten, so that another may succeed. */
export async function loadStripe(scriptUrl: string, publishableKey: string): Promise<Stripe> {
  let script = loading.get(scriptUrl);
  if (!script) {
    script = addScript(scriptUrl);
    loading.set(scriptUrl, script);
    script.catch(() => loading.delete(scriptUrl));
  }
  await script;
  if (!window.Stripe) throw new Error('the script came without Stripe in it');
  return window.Stripe(publishableKey);
}

function addScript(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const element = document.createElement('script');
    element.src = url;
    element.async = true;
    element.addEventListener('load', () => resolve());
    element.addEventListener('error', () => {
      element.remove();
      reject(new Error('the payment script could not be loaded'));
    });
    document.head.append(element);
  });
}

/** The shop's colours for Stripe's form, read from the tokens that are in force. */
export function appearance(): object {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    theme: window.matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'stripe',
    variables: {
      colorPrimary: token('--accent'),
      colorBackground: token('--surface'),
      colorText: token('--ink'),
      colorDanger: token('--bad'),
      borderRadius: token('--radius-small'),
      fontFamily: token('--font'),
    },
  };
}
