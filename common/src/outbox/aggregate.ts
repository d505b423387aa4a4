import type { HydratedDocument, Schema } from 'mongoose';
import { createEvent, type Envelope, type EventData, type EventType } from '../events';
import { logContext } from '../logging';

/** An event that is committed but perhaps not yet published. */
export interface OutboxEntry {
  _id: string;
  at: Date;
  event: Envelope;
}

/** What every aggregate document has besides its own fields. `version` is 0 at first and steps by one with each save. */
export interface AggregateFields {
  version: number;
  outbox: OutboxEntry[];
  /** The newest event, for `republish`. */
  last?: Envelope;
}

export type AggregateDocument = HydratedDocument<AggregateFields>;

/** Makes a schema an aggregate: one document, optimistic concurrency on `version`, events committed with the state. */
export function aggregatePlugin(schema: Schema): void {
  schema.set('optimisticConcurrency', true);
  schema.set('versionKey', 'version');
  // Else mongoose drops empty objects from the event.
  schema.set('minimize', false);
  schema.add({
    outbox: [{ _id: String, at: Date, event: {} }],
    last: {},
  });
  schema.index({ 'outbox.at': 1 });
  schema.pre('save', function () {
    const doc = this as unknown as AggregateDocument;
    if (!doc.isNew && !doc.isModified()) return;
    const next = nextVersion(doc);
    const staged = doc.outbox.filter(({ event }) => (event.data as { version?: number }).version === next);
    if (staged.length !== 1) {
      throw new Error(`version ${next} of ${doc.id} needs exactly one event, ${staged.length} were staged`);
    }
  });
}

/**
 * Adds the event of the coming save: state, version step and event then land in one atomic write. Call it last, when the
 * document has its new state; `toData` gets the version the save will make.
 */
export function stageEvent<T extends EventType>(
  doc: AggregateDocument,
  event: { type: T; at: Date; toData: (version: number) => EventData<T> },
): void {
  const version = nextVersion(doc);
  const envelope = createEvent({
    type: event.type,
    subject: doc.id,
    idSuffix: version,
    time: event.at,
    data: event.toData(version),
    traceparent: logContext().traceparent,
  });
  // push, never assign: an assignment would bring published entries back.
  doc.outbox.push({ _id: envelope.id, at: event.at, event: envelope });
  doc.last = envelope;
}

function nextVersion(doc: AggregateDocument): number {
  return doc.isNew ? 0 : doc.version + 1;
}
