import { buffer } from 'node:stream/consumers';
import { waitFor } from '@gittix/common/testing';
import { listenLocally } from './local-server';

export interface Letter {
  type: string;
  /** The order its object names, if any. */
  orderId: string | undefined;
  body: Buffer;
  signature: string;
}

export interface PostOffice {
  /** Where the emulator sends its webhooks. */
  url: string;
  /** Where they are passed on at once; undefined keeps them here. */
  forwardTo: string | undefined;
  /** Waits for a webhook about the order. */
  letter(type: string, orderId: string): Promise<Letter>;
  deliver(letter: Letter, to: string): Promise<number>;
  close(): Promise<void>;
}

/** Takes every webhook and passes it on as the test wants: at once, later, twice, in another order, or never. */
export async function openPostOffice(): Promise<PostOffice> {
  const letters: Letter[] = [];
  const deliver = async ({ body, signature }: Letter, to: string) => {
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
    const response = await fetch(to, { method: 'POST', headers, body: new Uint8Array(body) });
    return response.status;
  };
  const server = await listenLocally((req, res) => {
    void buffer(req).then(async (body) => {
      const event = JSON.parse(body.toString()) as {
        type: string;
        data: { object: { metadata?: { orderId?: string } } };
      };
      const letter = {
        type: event.type,
        orderId: event.data.object.metadata?.orderId,
        body,
        signature: String(req.headers['stripe-signature']),
      };
      letters.push(letter);
      const status =
        office.forwardTo === undefined ? 200 : await deliver(letter, office.forwardTo).catch(() => 503);
      res.writeHead(status).end();
    });
  });
  const office: PostOffice = {
    url: `${server.url}/`,
    forwardTo: undefined,
    letter: (type, orderId) =>
      waitFor(() => letters.find((letter) => letter.type === type && letter.orderId === orderId), {
        what: `webhook ${type}`,
      }),
    deliver,
    close: () => server.close(),
  };
  return office;
}
