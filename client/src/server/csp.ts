import { getConfig } from './config';

const STRIPE = 'https://js.stripe.com';

/**
 * Content-Security-Policy of every page. No inline scripts, nothing from others but Stripe, no framing. The same for all
 * pages, because pages opened by script live under the policy of the first one. `nonce` is for the styles of such pages:
 * Next puts them into `<style>` elements, which it marks with the nonce of the first page.
 */
export function contentSecurityPolicy(nonce: string): string {
  const emulator = getConfig().STRIPE_JS_ORIGIN;
  const and = emulator === undefined ? [] : [emulator];
  const development = process.env.NODE_ENV === 'development';
  const rules: Record<string, string[]> = {
    'default-src': ["'self'"],
    // Next's development server evaluates modules and injects styles; a production build does neither.
    'script-src': ["'self'", STRIPE, ...and, ...(development ? ["'unsafe-eval'"] : [])],
    'style-src': ["'self'", ...and, development ? "'unsafe-inline'" : `'nonce-${nonce}'`],
    'img-src': ["'self'", 'data:', 'https://*.stripe.com', ...and],
    'connect-src': ["'self'", 'https://api.stripe.com', STRIPE, ...and, ...(development ? ['ws:'] : [])],
    'frame-src': [STRIPE, 'https://*.js.stripe.com', 'https://hooks.stripe.com', ...and],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(rules)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}
