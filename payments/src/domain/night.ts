const DAY_MS = 24 * 3_600_000;

/** When the work of each night was due last: today or yesterday at this hour, UTC. */
export function lastNight(hour: number, now: Date): Date {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hour);
  return new Date(today <= now.getTime() ? today : today - DAY_MS);
}
