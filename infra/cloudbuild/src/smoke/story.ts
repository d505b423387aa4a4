import { Visitor } from './visitor';

/** Where a stage is. */
export interface Stage {
  /** What browsers call it. */
  url: string;
  /** The address to ask instead, where the name is not known: the ingress controller's own. */
  via?: string | undefined;
}

/**
 * A short story on a running stage, through its one address: pages and lists answer, and two new people list, reserve and
 * give back a ticket. It leaves a withdrawn ticket and a cancelled order behind. Throws with the first thing that is wrong.
 */
export async function smoke(stage: Stage, run: string, say: (line: string) => void): Promise<void> {
  const stranger = new Visitor(stage.url, stage.via);
  const page = await stranger.ask('GET', '/', 200);
  if (!page.text.includes('<html')) throw new Error('GET / answered no page');
  await stranger.ask('GET', '/api/tickets', 200);
  const nobody = await stranger.ask('GET', '/api/users/currentuser', 200);
  if (nobody.at('currentUser') !== null) throw new Error('a stranger is taken for somebody');
  say('pages and lists answer');

  const seller = await signedUp(stage, `seller-${run}`);
  const buyer = await signedUp(stage, `buyer-${run}`);
  say('two people signed up');

  const listing = { title: `Smoke test ${run}`, price: { amount: 2_000, currency: 'usd' } };
  const ticketId = (await seller.ask('POST', '/api/tickets', 201, listing)).textAt('id');
  const orderId = (await buyer.ask('POST', '/api/orders', 201, { ticketId })).textAt('id');
  // What is true in orders has to travel to tickets: that proves the bus.
  await seller.until(`/api/tickets/${ticketId}`, 'status', 'reserved');
  say('a ticket is listed and reserved');
  await buyer.ask('DELETE', `/api/orders/${orderId}`, 200);
  await seller.until(`/api/tickets/${ticketId}`, 'status', 'available');
  await seller.ask('DELETE', `/api/tickets/${ticketId}`, 200);
  say('given back, free again, withdrawn');
}

async function signedUp({ url, via }: Stage, name: string): Promise<Visitor> {
  const visitor = new Visitor(url, via);
  await visitor.ask('POST', '/api/users/signup', 201, {
    email: `${name}@smoke.example`,
    password: `correct-${name}`,
  });
  return visitor;
}
