import type { z } from 'zod';
import type { busSettings } from '../config';
import type { ConnectedBus } from './bus-status';
import { connectJetStream, type JetStreamOptions } from './jetstream';
import { connectNatsStreaming, type NatsStreamingOptions } from './stan';

export type BusSettings = z.infer<z.ZodObject<typeof busSettings>>;

/** What both adapters take. */
export type BusOptions = Pick<
  JetStreamOptions & NatsStreamingOptions,
  'name' | 'deadLetters' | 'logger' | 'onOutcome' | 'onStreamCreated' | 'signal' | 'clock'
>;

/** Connects to the broker that the settings name, waiting for it however long it takes. */
export function connectBus(settings: BusSettings, options: BusOptions): Promise<ConnectedBus> {
  const ackWaitMs = settings.ACK_WAIT_MS;
  const place = { url: settings.NATS_URL, subjectPrefix: settings.NATS_SUBJECT_PREFIX };
  return settings.BUS === 'stan'
    ? connectNatsStreaming({ ...options, ...place, ackWaitMs, clusterId: settings.STAN_CLUSTER_ID })
    : connectJetStream({ ...options, ...place, ackWaitMs, stream: settings.NATS_STREAM });
}
