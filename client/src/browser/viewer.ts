import { createContext, useContext, useSyncExternalStore } from 'react';

/** Who looks at the page, as far as pages may know. */
export type Viewer = { signedIn: false } | { signedIn: true; userId: string; role: 'user' | 'admin' };

/** What every page gets from the server. */
export interface PageBase {
  viewer: Viewer;
  /** The visitor's zone: from the cookie of an earlier page, else UTC. */
  zone: string;
  /** The server's clock when the page was rendered, in ms. */
  serverNow: number;
  requestId: string;
}

/** Instead of a page's own content. */
export interface PageFailure {
  failure: { kind: 'not_found' | 'forbidden' | 'unavailable' | 'internal' };
}

export const ZONE_COOKIE = 'zone';

const ZoneContext = createContext('UTC');
export const ZoneProvider = ZoneContext.Provider;

const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const never = () => () => undefined;

/** The visitor's own time zone; while the page wakes up what the server took, so that both render the same. */
export function useViewerZone(): string {
  const fromServer = useContext(ZoneContext);
  return useSyncExternalStore(never, browserZone, () => fromServer);
}

/** Tells the server the zone for the next page, so that times do not change under the reader's eyes. */
export function keepZone(known: string): void {
  const zone = browserZone();
  if (zone === known) return;
  document.cookie = `${ZONE_COOKIE}=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax`;
}
