import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onCleanUp } from './emulator';

/** What a careful shop sends: nothing inline, and the emulator's origin where Stripe's would be. */
function policy(emulator: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' ${emulator}`,
    `style-src 'self' ${emulator}`,
    `connect-src 'self' ${emulator}`,
    `frame-src ${emulator}`,
    "frame-ancestors 'none'",
  ].join('; ');
}

const SCRIPT = `
const { key, secret, locale } = Object.fromEntries(new URLSearchParams(location.search));
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
window.changes = [];
const stripe = window.Stripe(key);
const elements = stripe.elements({ clientSecret: secret, locale, appearance: { theme: 'stripe', variables: { colorPrimary: '#7a1fa2' } } });
const element = elements.create('payment');
element.on('ready', () => { document.body.dataset.ready = 'true'; });
element.on('change', (event) => window.changes.push({ complete: event.complete, empty: event.empty }));
element.mount('#card');
const output = document.querySelector('output');
document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  output.textContent = '';
  const { error: wrong } = await elements.submit();
  const { error = wrong, paymentIntent } = wrong
    ? {}
    : await stripe.confirmPayment({
        elements,
        confirmParams: { return_url: location.href },
        redirect: 'if_required',
      });
  output.textContent = error ? 'error: ' + (error.decline_code ?? error.code ?? error.type) : paymentIntent.status;
});
window.retrieve = async () => (await stripe.retrievePaymentIntent(secret)).paymentIntent.status;
`;

/** A checkout page on an origin of its own. */
export async function startShopPage(emulator: string): Promise<string> {
  const html = `<!doctype html>
<html lang="en"><head><title>Checkout</title><script src="${emulator}/v3/" defer></script><script src="/checkout.js" defer></script></head>
<body><main><h1>Checkout</h1><form><div id="card"></div><button>Pay</button></form><output></output></main></body></html>`;
  const server = createServer((req, res) => {
    const script = req.url === '/checkout.js';
    res.writeHead(200, {
      'content-type': script ? 'text/javascript' : 'text/html',
      'content-security-policy': policy(emulator),
    });
    res.end(script ? SCRIPT : html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onCleanUp(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
