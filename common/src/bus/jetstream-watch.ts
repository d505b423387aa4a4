import { repeat, type Repeating } from '../lifecycle';
import type { Logger } from '../logging';
import type { JetStreamStream } from './jetstream-stream';
import type { NatsLink } from './nats-link';

const LONGEST_AFTER_RECONNECT_MS = 500;

/** Looks at the stream now and then, and soon after every loss of the connection: the broker may have come back without its data. */
export function watchStream(options: {
  link: NatsLink;
  stream: JetStreamStream;
  everyMs: number;
  logger: Logger;
}): Repeating {
  const { link, stream, everyMs, logger } = options;
  let connectedSince = link.status().since.getTime();
  let lookedAt = performance.now();
  return repeat({
    name: 'look at the stream',
    everyMs: Math.min(everyMs, LONGEST_AFTER_RECONNECT_MS),
    logger,
    work: async () => {
      const { connected, since } = link.status();
      const isAnother = since.getTime() !== connectedSince;
      if (!connected || (!isAnother && performance.now() - lookedAt < everyMs)) return;
      await stream.ensure();
      connectedSince = since.getTime();
      lookedAt = performance.now();
    },
  });
}
