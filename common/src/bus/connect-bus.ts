import type { z } from 'zod';
import type { busSettings } from '../config';
import type { ConnectedBus } from './bus-status';
import { connectJetStream, type JetStreamOptions } from './jetstream';
import { connectNatsStreaming, type NatsStreamingOptions } from './stan';

export type BusSettings = z.infer<z.ZodObject<typeof busSettings>>;

/** What both adapters take. */
type Common = Pick<
  JetStreamOptions & NatsStreamingOptions,
  'name' | 'deadLetters' | 'logger' | 'onOutcome' | 'signal' | 'clock'
>;

/** Only JetStream tells of a new stream; on NATS Streaming an operator says `republish`. */
export type BusOptions = Common & Pick<JetStreamOptions, 'onStreamCreated'>;

/** Connects to the broker that the settings name, waiting for it however long it takes. */
export function connectBus(
  settings: BusSettings,
  { onStreamCreated, ...options }: BusOptions,
): Promise<ConnectedBus> {
  const place = { url: settings.NATS_URL, subjectPrefix: settings.NATS_SUBJECT_PREFIX };
  return settings.BUS === 'stan'
    ? connectNatsStreaming({ ...options, ...place, clusterId: settings.STAN_CLUSTER_ID })
    : connectJetStream({ ...options, ...place, stream: settings.NATS_STREAM, onStreamCreated });
}
