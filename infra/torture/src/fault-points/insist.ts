import { setTimeout as delay } from 'node:timers/promises';
import type { Call, Person } from '../actors/person';
import type { Operation } from '../evidence/evidence';

/** A process that died is back long before. */
export const PATIENCE_MS = 30_000;
export const ASK_AGAIN_MS = 300;
/** Payments begins nothing in the last tenth of a hold. */
const LAST_TENTH_MS = 1_000;

export interface Order {
  id: string;
  ticketId: string;
  /** End of the hold, ms since 1970. */
  expiresAt: number;
}

/** On a busy machine a process may be back only when the hold is over: then a refusal is right, and the rest pointless. */
export class HoldLapsed extends Error {
  override readonly name = 'HoldLapsed';
}

/** As a patient client: no answer or a fault of the server, and the same is asked again. Rejects when it is refused. */
export async function insist(person: Person, call: () => Call, order?: Order): Promise<Operation> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const done = await person.do(call());
    if (done.outcome === 'ok') return done;
    const what = `${done.kind}: ${done.status ?? done.error} ${done.code ?? ''}`;
    const hasLapsed = order !== undefined && Date.now() > order.expiresAt - LAST_TENTH_MS;
    if (done.outcome === 'fail' && hasLapsed) throw new HoldLapsed(what);
    // Who was to publish the ticket may just have been killed: orders has not heard of it yet, and will.
    const isEarly = done.kind === 'reserve' && done.code === 'not_found';
    if (done.outcome === 'fail' && !isEarly)
      throw new Error(`refused, which nothing here should be: ${what}`);
    if (Date.now() > deadline) throw new Error(`no outcome within ${PATIENCE_MS} ms: ${what}`);
    await delay(ASK_AGAIN_MS);
  }
}
