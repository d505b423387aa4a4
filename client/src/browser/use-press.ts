import { useCallback, useRef, useState } from 'react';

/** One press at a time: `pending` disables the button, and a second press before the state arrives is dropped too. */
export function usePress(work: () => Promise<void>): { pending: boolean; press: () => void } {
  const [pending, setPending] = useState(false);
  const running = useRef(false);
  const press = useCallback(() => {
    if (running.current) return;
    running.current = true;
    setPending(true);
    const done = () => {
      running.current = false;
      setPending(false);
    };
    void work().finally(done);
  }, [work]);
  return { pending, press };
}

/** Leaves for another page with a full load. Never resolves, so that the button stays pending until the page is gone. */
export function leaveFor(href: string): Promise<never> {
  window.location.assign(href);
  return new Promise(() => undefined);
}
