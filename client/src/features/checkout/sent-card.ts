import { useCallback, useSyncExternalStore } from 'react';
import { forget, recall, remember } from '../../browser/tab-memory';

const listeners = new Set<() => void>();
const keyOf = (orderId: string) => `card-sent:${orderId}`;

/**
 * Whether this tab sent a card for the order without hearing a refusal. Noted before it is sent, so that a reload in the
 * middle still knows that money may be on its way.
 */
export function useSentCard(orderId: string): [boolean, (sent: boolean) => void] {
  const sent = useSyncExternalStore(
    subscribe,
    () => recall(keyOf(orderId)) === 'yes',
    () => false,
  );
  const set = useCallback(
    (value: boolean) => {
      if (value) remember(keyOf(orderId), 'yes');
      else forget(keyOf(orderId));
      for (const listener of listeners) listener();
    },
    [orderId],
  );
  return [sent, set];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
