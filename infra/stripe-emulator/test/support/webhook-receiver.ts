import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { onCleanUp } from './emulator';

export const WEBHOOK_SECRET = 'whsec_emulator';

export interface WebhookReceiver {
  url: string;
  events: Stripe.Event[];
  /** Every request, also those answered with an error. */
  attempts: { id: string; at: number }[];
  /** Resolves with the first event of this type that was or will be received. */
  received(type: string): Promise<Stripe.Event>;
}

/** A shop's webhook: verifies each signature with the SDK, and answers as the test says (200 otherwise). */
export async function startWebhookReceiver(
  answer: (attempt: number, event: Stripe.Event) => number = () => 200,
): Promise<WebhookReceiver> {
  const stripe = new Stripe('sk_test_receiver');
  const events: Stripe.Event[] = [];
  const attempts: { id: string; at: number }[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((req, res) => {
    void bodyOf(req).then((body) => {
      const signature = String(req.headers['stripe-signature']);
      const event = stripe.webhooks.constructEvent(body, signature, WEBHOOK_SECRET);
      attempts.push({ id: event.id, at: performance.now() });
      const status = answer(attempts.filter(({ id }) => id === event.id).length, event);
      if (status < 300) events.push(event);
      res.writeHead(status).end();
      for (const check of waiting) check();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onCleanUp(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/payments/webhook`,
    events,
    attempts,
    received: (type) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`no ${type}; received ${events.map((each) => each.type).join(', ')}`)),
          30_000,
        );
        const check = () => {
          const found = events.find((event) => event.type === type);
          if (!found) return;
          clearTimeout(timer);
          resolve(found);
        };
        waiting.push(check);
        check();
      }),
  };
}

async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
