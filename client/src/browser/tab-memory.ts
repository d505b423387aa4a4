/** Kept when the browser refuses storage (private windows of some, blocked site data): then for this page only. */
const fallback = new Map<string, string>();

function storage(): Storage | undefined {
  try {
    return window.sessionStorage;
  } catch (error) {
    // Reading the property itself throws a SecurityError when site data are blocked.
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

/** A note this tab keeps over reloads. */
export function recall(key: string): string | undefined {
  return storage()?.getItem(key) ?? fallback.get(key);
}

export function remember(key: string, value: string): void {
  fallback.set(key, value);
  try {
    storage()?.setItem(key, value);
  } catch (error) {
    // The quota is full: the note lives as long as the page.
    if (!(error instanceof DOMException)) throw error;
  }
}

export function forget(key: string): void {
  fallback.delete(key);
  storage()?.removeItem(key);
}
