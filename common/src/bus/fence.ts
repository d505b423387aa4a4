/**
 * A fence is a marker that a replay on a broker without "how much is left" publishes to know when it has caught up.
 * It is no event: every adapter drops it before parsing.
 */
const MAX_FENCE_BYTES = 200;

export function encodeFence(token: string): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ gittixFence: token }));
}

/** The fence's token, or undefined when these bytes are no fence. */
export function readFence(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength > MAX_FENCE_BYTES) return undefined;
  const match = /^\{"gittixFence":\s?"([^"\\]*)"\}$/.exec(new TextDecoder().decode(bytes));
  return match?.[1];
}
