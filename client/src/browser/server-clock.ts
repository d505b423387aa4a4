import { betterClock, sampleClock, type ClockSample } from '../time/clock';

/** What this tab knows about the server's clock. Deadlines are the server's, so a wrong device clock must not matter. */
let known: ClockSample | undefined;

/** The server's time now, as well as we know it. */
export function serverTime(): number {
  return Date.now() + (known?.offset ?? 0);
}

/**
 * First sample, from the page itself: it was rendered at `renderedAt` between our request and the first byte. Only the
 * page the tab was loaded with can tell; later pages come by script and are covered by the answers' dates.
 */
export function primeClock(renderedAt: number): void {
  if (known || typeof window === 'undefined') return;
  const [loaded] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (!loaded || loaded.responseStart <= 0) return;
  const { timeOrigin } = performance;
  known = sampleClock(renderedAt, timeOrigin + loaded.requestStart, timeOrigin + loaded.responseStart);
}

/** A further sample from an answer's `Date` header, which counts whole seconds. */
export function observeAnswer(date: string | null, sentAt: number, receivedAt: number): void {
  const serverAt = Date.parse(date ?? '');
  if (!Number.isNaN(serverAt)) known = betterClock(known, sampleClock(serverAt, sentAt, receivedAt, 1000));
}
