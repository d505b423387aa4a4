import { useCallback, useSyncExternalStore } from 'react';
import { serverTime } from '../../browser/server-clock';
import { secondsLeft } from '../../time/countdown';

/** Four looks a second: no digit is skipped, and after sleep or a hidden tab the first look is right again. */
const LOOK_EVERY_MS = 250;

function subscribe(onLook: () => void): () => void {
  const timer = setInterval(onLook, LOOK_EVERY_MS);
  document.addEventListener('visibilitychange', onLook);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onLook);
  };
}

/** Seconds until `deadline` by the server's clock; in the server's HTML as of `renderedAt`. */
export function useSecondsLeft(deadline: string, renderedAt: number): number {
  return useSyncExternalStore(
    subscribe,
    useCallback(() => secondsLeft(deadline, serverTime()), [deadline]),
    () => secondsLeft(deadline, renderedAt),
  );
}
