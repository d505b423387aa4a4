/** A new Idempotency-Key. `randomUUID` exists on secure origins only; a shop tried on a local network's http address has none. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The keys of what one form sends: sent again as it was, after no answer or a second press, it is the same request. */
export function requestKeys(): (request: object) => string {
  let last = { asked: '', key: '' };
  return (request) => {
    const asked = JSON.stringify(request);
    if (last.asked !== asked) last = { asked, key: newKey() };
    return last.key;
  };
}
