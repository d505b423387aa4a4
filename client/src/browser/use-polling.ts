import { useEffect, useRef } from 'react';

/**
 * Calls `poll` every `everyMs` while the tab is visible, and at once when it becomes visible again. A call that answers
 * false (nothing reached) doubles the wait, up to eight times. `everyMs` 0 switches it off.
 */
export function usePolling(everyMs: number, poll: (signal: AbortSignal) => Promise<boolean>): void {
  const newest = useRef(poll);
  useEffect(() => {
    newest.current = poll;
  });
  useEffect(() => {
    if (everyMs <= 0) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let slower = 1;
    let running = false;
    const round = async () => {
      clearTimeout(timer);
      if (document.hidden || running || stop.signal.aborted) return;
      running = true;
      const reached = await newest.current(stop.signal);
      running = false;
      slower = reached ? 1 : Math.min(slower * 2, 8);
      if (!stop.signal.aborted) timer = setTimeout(() => void round(), everyMs * slower);
    };
    const onVisible = () => void round();
    timer = setTimeout(() => void round(), everyMs);
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [everyMs]);
}
