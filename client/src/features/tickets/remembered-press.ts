import { forget, recall, remember } from '../../browser/tab-memory';

/** Long enough to sign up, too short to surprise. */
const FRESH_MS = 30 * 60_000;

const keyOf = (ticketId: string) => `press:${ticketId}`;

/** Notes that "Buy now" was pressed here, to be finished after signing in. */
export function rememberPress(ticketId: string): void {
  remember(keyOf(ticketId), String(Date.now()));
}

/** True once for a fresh press of this tab. */
export function takePress(ticketId: string): boolean {
  const pressedAt = Number(recall(keyOf(ticketId)) ?? Number.NaN);
  forget(keyOf(ticketId));
  return Date.now() - pressedAt < FRESH_MS;
}
