/** When the person hears how long is left, in seconds. */
export const ANNOUNCED = [600, 300, 120, 60, 30] as const;

/** Whole seconds until `deadline`, rounded up: 00:00 shows only when the time is really over; never negative. */
export function secondsLeft(deadline: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(deadline) - now) / 1000));
}

/** `mm:ss`; an hour or more counts on in minutes. */
export function digits(seconds: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`;
}

/**
 * The announcement due with `seconds` left: the lowest mark already reached, so that after a sleep over several marks only
 * the one that counts is said. Undefined before the first mark and when the time is over.
 */
export function announcement(seconds: number): number | undefined {
  if (seconds <= 0) return undefined;
  return ANNOUNCED.findLast((mark) => seconds <= mark);
}

/** When to offer more time: two minutes before the end, in a short window its last fifth. Seconds. */
export function offerAt(createdAt: string, expiresAt: string): number {
  const window = Math.max(0, Date.parse(expiresAt) - Date.parse(createdAt)) / 1000;
  return Math.min(120, Math.floor(window / 5));
}
