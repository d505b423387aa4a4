/** How far the server's clock is ahead of this device's, and how wrong that may be. Milliseconds. */
export interface ClockSample {
  offset: number;
  uncertainty: number;
}

/** From one exchange: the server read `serverAt` somewhere between `sentAt` and `receivedAt` of this device (Cristian's algorithm). */
export function sampleClock(
  serverAt: number,
  sentAt: number,
  receivedAt: number,
  granularity = 0,
): ClockSample {
  const roundTrip = Math.max(0, receivedAt - sentAt);
  return {
    offset: Math.round(serverAt + granularity / 2 - (sentAt + receivedAt) / 2),
    uncertainty: Math.ceil(roundTrip / 2 + granularity / 2),
  };
}

/**
 * The sample to go on with. The surer one wins, unless both cannot be true at once: then somebody set the device's clock
 * meanwhile, and only the newer one can be right.
 */
export function betterClock(known: ClockSample | undefined, fresh: ClockSample): ClockSample {
  if (!known) return fresh;
  const contradict = Math.abs(known.offset - fresh.offset) > known.uncertainty + fresh.uncertainty;
  return contradict || fresh.uncertainty <= known.uncertainty ? fresh : known;
}
