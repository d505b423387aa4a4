import { setTimeout as delay } from 'node:timers/promises';
import { JetStreamBroker } from '../../../torture/src/evidence/jetstream-broker';
import { ClusterError } from '../kubectl';
import type { Ground, Operation } from './ground';
import { killOne } from './kill';
import { lastLook } from './last-look';
import { EVERYDAY } from './load';
import { until, untilReplaced } from './until';
import { loseVolume, volumeOf } from './volume';

const BROKER = 'nats';
const POD = `${BROKER}-0`;
const CLAIM = `data-${POD}`;
/** There is a stream to lose, and after it something new to publish. */
const BUSINESS_MS = 15_000;
const GONE_MS = 90_000;
const ANEW_S = 90;

const endAtOnce = ['delete', 'pod', POD, '--grace-period=1', '--wait'];

type Act = [what: string, act: () => Promise<void>];

async function underLoad(ground: Ground, ...acts: Act[]): Promise<void> {
  await ground.load.start(EVERYDAY);
  await delay(BUSINESS_MS);
  for (const [what, act] of acts) {
    await ground.watch.look(BROKER);
    await ground.step(what, act);
    await ground.step('and after it', () => delay(BUSINESS_MS));
  }
  await ground.load.stop();
}

export const brokerKept: Operation = {
  name: 'broker',
  title: "the broker's pod killed and deleted, its volume kept",
  mayFail: true,
  carryOut: (ground) => {
    const { namespace, kill } = ground;
    const deleted: Act = [
      `${POD}: deleted at once`,
      async () => {
        const gone = await namespace.pods(BROKER);
        await namespace.do(endAtOnce, GONE_MS);
        await untilReplaced(namespace, BROKER, { replicas: 1, gone });
      },
    ];
    if (!kill) return underLoad(ground, deleted);
    const killed: Act = [
      `${POD}: killed`,
      async () => {
        for (const pod of await namespace.pods(BROKER)) await killOne(ground, pod, kill);
      },
    ];
    return underLoad(ground, killed, deleted);
  },
};

/** What the broker alone knew is gone; every owner publishes the newest of each aggregate again by itself. */
export const brokerLost: Operation = {
  name: 'broker',
  title: "the broker's pod deleted, and its volume gone",
  mayFail: true,
  carryOut: async (ground) => {
    const { namespace, open, directory, say } = ground;
    const volume = await volumeOf(namespace, CLAIM);
    const lost = async () => {
      const gone = await namespace.pods(BROKER);
      // Nobody starts it again before its data are away.
      await namespace.do(['scale', `statefulset/${BROKER}`, '--replicas=0']);
      await namespace.do([...endAtOnce, '--ignore-not-found'], GONE_MS);
      const had = await lastLook(namespace, open, { broker: BROKER, claim: CLAIM, directory });
      if (had.length === 0) throw new ClusterError('the broker had nothing to lose: this proves nothing');
      ground.lost.push(...had);
      await loseVolume(namespace, volume);
      say(`  ${had.length} messages are gone with the volume ${volume.name}`);
      await namespace.do(['scale', `statefulset/${BROKER}`, '--replicas=1']);
      await untilReplaced(namespace, BROKER, { replicas: 1, gone });
      await mustBeAnew(ground, Math.max(...had.map(({ storedAt }) => storedAt)));
    };
    await underLoad(ground, [`${POD}: deleted at once, and its volume`, lost]);
  },
};

/** The services make the stream again; nothing in it may be from before, or nothing was lost. */
async function mustBeAnew({ namespace, open }: Ground, lostUntil: number): Promise<void> {
  const forward = await open(namespace.name, `service/${BROKER}`, 4222);
  try {
    const reader = await JetStreamBroker.connect({ port: forward.port });
    try {
      const events = await until('a stream again', ANEW_S, () => reader.events().catch(whenMissing));
      if (events.some(({ storedAt }) => storedAt <= lostUntil))
        throw new ClusterError('the broker still has what was in the volume that should be gone');
    } finally {
      await reader.close();
    }
  } finally {
    await forward.close();
  }
}

function whenMissing(error: unknown): undefined {
  if (!/stream not found/.test(String(error))) throw error;
}
