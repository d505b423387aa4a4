import { type Crowd, type Sizes, startCrowd } from '../../../torture/src/actors/crowd';
import { History } from '../../../torture/src/actors/history';
import type { Random } from '../../../torture/src/random';
import type { Namespace } from './namespace';
import { isFailed } from './tally';

/** People of torture, by the ingress and with pages: some dozens of requests a second. */
export const EVERYDAY: Sizes = { buyer: 4, seller: 2, thief: 1, operator: 1, visitor: 3 };
/** Enough for orders to need more than two replicas. */
export const RUSH: Sizes = { buyer: 16, seller: 3, thief: 1, operator: 0, visitor: 1 };
/** Somebody is always there, and nobody in a hurry. */
export const EVENING: Sizes = { buyer: 1, seller: 1, thief: 0, operator: 0, visitor: 1 };

/** How long a ticket is held in the namespace of this test: short, so that orders come to rest soon. */
export const TTL_SECONDS = 12;

/** All requests of a run, and the people who send them. */
export class Load {
  readonly history = new History();
  private crowd: Crowd | undefined;

  constructor(
    private readonly url: string,
    private readonly namespace: Namespace,
    private readonly random: Random,
  ) {}

  async start(sizes: Sizes): Promise<void> {
    const { url, history, random, namespace } = this;
    const ttlMs = TTL_SECONDS * 1000;
    const promote = (email: string) => makeAdmin(namespace, email);
    this.crowd = await startCrowd({ url, history, random, ttlMs, sizes, promote });
  }

  /** Since when no request failed that ended by now; ms since 1970. */
  calmSince(): number {
    return this.history.operations.findLast(isFailed)?.endedAt ?? 0;
  }

  /** Resolves when everybody has finished what they had begun. */
  async stop(): Promise<void> {
    await this.crowd?.stop();
    this.crowd = undefined;
  }
}

async function makeAdmin(namespace: Namespace, email: string): Promise<void> {
  const command = ['node', 'auth/dist/command.js', 'users', 'grant', email, 'admin'];
  await namespace.do(['exec', 'deployment/auth', '--', ...command]);
}
