import type { Deps } from '../deps';
import { SLOWEST_CHECK_MS } from '../domain/schedule';
import { takeNews } from './take-hint';

/** Stripe may show an event a little after others that are younger. */
const OVERLAP_MS = 10_000;

/**
 * Reads what happened at Stripe since the last time: one request for all payments however many are open, so that whoever
 * confirms whenever is seen within seconds though no webhook comes. Each event is taken once in the life of this process;
 * where to go on is told by the events' own times, for our clock is not Stripe's. What is older than the first look the
 * sweeper has seen.
 */
export function createNewsReader(deps: Deps): () => Promise<void> {
  let since = new Date(deps.now().getTime() - SLOWEST_CHECK_MS);
  let taken = new Map<string, Date>();
  return async () => {
    const news = await deps.listNews(since);
    for (const hint of news) {
      if (taken.has(hint.eventId)) continue;
      await takeNews(deps, hint);
      taken.set(hint.eventId, hint.at);
    }
    const newest = Math.max(...news.map(({ at }) => at.getTime()), 0);
    since = new Date(Math.max(since.getTime(), newest - OVERLAP_MS));
    taken = new Map([...taken].filter(([, at]) => at >= since));
  };
}
