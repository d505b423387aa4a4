import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { GitTix } from './gittix';

/** Ids of all events of one kind of aggregate that the broker has. */
export async function eventIds(gittix: GitTix, aggregate: string): Promise<Set<string>> {
  const nats = await connect({ servers: `127.0.0.1:${gittix.process('nats-server').port}` });
  try {
    const subject = `gittix.${aggregate}.>`;
    const manager = await jetstreamManager(nats);
    const { state } = await manager.streams.info('GITTIX', { subjects_filter: subject });
    let left = Object.values(state.subjects ?? {}).reduce((total, count) => total + count, 0);
    const ids = new Set<string>();
    if (left === 0) return ids;
    const consumer = await jetstream(nats).consumers.get('GITTIX', { filter_subjects: subject });
    for await (const message of await consumer.consume()) {
      ids.add(message.json<{ id: string }>().id);
      if ((left -= 1) === 0) break;
    }
    return ids;
  } finally {
    await nats.close();
  }
}
