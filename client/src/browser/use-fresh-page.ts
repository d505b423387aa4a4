import { useRouter } from 'next/router';
import { useCallback } from 'react';
import { callApi, needsSignIn } from './api';
import { usePolling } from './use-polling';

/** Renders the page anew from the server, in place: no scrolling, no history entry. `address` also changes the query. */
export function useRefresh(): (address?: string) => Promise<boolean> {
  const { replace, asPath } = useRouter();
  return useCallback(
    (address?: string) => replace(address ?? asPath, undefined, { scroll: false }),
    [replace, asPath],
  );
}

/**
 * Keeps a page fresh: looks at the resource every `everyMs` and renders the page anew when what is there is news. The
 * small answer is asked often, the page only when something happened. `onSignedOut` is for pages that wait for news only a
 * signed-in person gets.
 */
export function useFreshPage<T>(
  path: string,
  isNews: (resource: T) => boolean,
  everyMs: number,
  onSignedOut?: () => void,
): void {
  const refresh = useRefresh();
  usePolling(everyMs, async (signal) => {
    const answer = await callApi<T>(path, { signal });
    if (answer.ok && isNews(answer.value)) await refresh();
    if (!answer.ok && needsSignIn(answer.problem)) onSignedOut?.();
    return answer.ok || answer.problem.status !== 0;
  });
}
