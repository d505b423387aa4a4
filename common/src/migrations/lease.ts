import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { Logger } from '../logging';
import { isDuplicateKey } from '../mongo';
import { LeaseLostError } from './migration';
import { LEASE_ID } from './records';

interface LeaseRecord {
  _id: typeof LEASE_ID;
  owner: string;
  /** Steps with every holder. */
  token: number;
  expiresAt: Date;
}

export interface Lease {
  token: number;
  /** Aborted when the lease is lost. */
  signal: AbortSignal;
  release(): Promise<void>;
}

/**
 * Waits until this process may migrate, one process at a time. A holder that was killed is followed when its time is over;
 * while it lives it renews. Clocks are taken to agree (NTP): where they do not, the token still keeps a late holder out.
 */
export async function takeLease(options: {
  connection: Connection;
  owner: string;
  leaseMs: number;
  logger: Logger;
  signal: AbortSignal;
  onWait: (owner: string) => void;
  now: () => number;
}): Promise<Lease> {
  const { connection, owner, leaseMs, logger, signal, onWait, now } = options;
  const leases = connection.collection<LeaseRecord>('migrations');
  const expiry = () => new Date(now() + leaseMs);

  const take = async () => {
    try {
      return await leases.findOneAndUpdate(
        { _id: LEASE_ID, expiresAt: { $lte: new Date(now()) } },
        { $set: { owner, expiresAt: expiry() }, $inc: { token: 1 } },
        { upsert: true, returnDocument: 'after' },
      );
    } catch (error) {
      // It is there and has not expired.
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  };

  let told = '';
  let taken = await take();
  while (!taken) {
    const holder = await leases.findOne({ _id: LEASE_ID });
    if (holder && holder.owner !== told) onWait((told = holder.owner));
    await delay(Math.min(500, leaseMs / 4), undefined, { signal });
    taken = await take();
  }

  const { token } = taken;
  const lost = new AbortController();
  let lastRenewal = now();
  const renew = async () => {
    const sentAt = now();
    try {
      const { matchedCount } = await leases.updateOne(
        { _id: LEASE_ID, token },
        { $set: { expiresAt: expiry() } },
      );
      if (matchedCount === 0) return lost.abort(new LeaseLostError('another process migrates now'));
      lastRenewal = sentAt;
    } catch (err) {
      logger.warn({ err }, 'the lease of the migrations was not renewed');
      if (now() - lastRenewal > leaseMs) lost.abort(new LeaseLostError('the lease ran out'));
    }
  };
  let renewing = Promise.resolve();
  const renewals = setInterval(() => void (renewing = renew()), leaseMs / 3);
  return {
    token,
    signal: lost.signal,
    release: async () => {
      clearInterval(renewals);
      // One that comes late would lengthen what was given back.
      await renewing;
      await leases.updateOne({ _id: LEASE_ID, token }, { $set: { expiresAt: new Date(0) } });
    },
  };
}
