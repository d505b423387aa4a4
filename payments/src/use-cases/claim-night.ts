import { isDuplicateKey } from '@gittix/common/mongo';
import { repeat } from '@gittix/common/lifecycle';
import type { Logger } from '@gittix/common/logging';
import type { NightModel } from '../data/night-model';
import { lastNight } from '../domain/night';

export interface NightDeps {
  nights: NightModel;
  now: () => Date;
  newClaim: () => string;
  logger: Logger;
}

/** How long a claim stands without a word of whoever made it. */
export const LEASE_MS = 5 * 60_000;

/**
 * Does the night's work when it is due and nobody else is at it. The claim is put off while the work goes on; whoever dies
 * leaves it to lapse, and whoever fails tries again when it has lapsed. The very first night is the next one: a new instance
 * has nothing to look back to. False when there was nothing to do.
 */
export async function claimNight(
  deps: NightDeps,
  name: string,
  hour: number,
  work: () => Promise<void>,
): Promise<boolean> {
  const { nights, now, logger } = deps;
  const due = lastNight(hour, now());
  const claim = deps.newClaim();
  const until = () => new Date(now().getTime() + LEASE_MS);
  const claimed = await nights.updateOne(
    { _id: name, done: { $lt: due }, claimedUntil: { $lte: now() } },
    { $set: { claim, claimedUntil: until() } },
  );
  if (claimed.modifiedCount !== 1) {
    await rememberFirst(nights, name, due);
    return false;
  }
  const mine = { _id: name, claim };
  const putOff = async () => {
    await nights.updateOne(mine, { $set: { claimedUntil: until() } });
  };
  const claiming = repeat({ name: `the claim of ${name}`, everyMs: LEASE_MS / 5, logger, work: putOff });
  try {
    await work();
  } finally {
    await claiming.stop();
  }
  await nights.updateOne(mine, { $set: { done: due, claimedUntil: now() } });
  return true;
}

async function rememberFirst(nights: NightModel, name: string, due: Date): Promise<void> {
  if (await nights.exists({ _id: name })) return;
  try {
    await nights.create({ _id: name, done: due, claimedUntil: due });
  } catch (error) {
    // Another replica was faster, and wrote the same.
    if (!isDuplicateKey(error)) throw error;
  }
}
