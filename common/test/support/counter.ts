import { Schema, type Connection, type HydratedDocument } from 'mongoose';
import { aggregatePlugin, stageEvent, type AggregateFields } from '../../src/outbox';

interface CounterRecord extends AggregateFields {
  title: string;
}
export type CounterDocument = HydratedDocument<CounterRecord>;

/** The smallest aggregate there is; its events are a ticket's, for the registry knows no others. */
export function counterModel(connection: Connection) {
  const schema = new Schema<CounterRecord>({ title: { type: String, required: true } });
  schema.plugin(aggregatePlugin);
  return connection.model<CounterRecord>('Counter', schema, 'counters');
}

/** Stages the event of the coming save. */
export function stage(doc: CounterDocument, at = new Date()): void {
  stageEvent(doc, {
    type: doc.isNew ? 'TicketCreated' : 'TicketUpdated',
    at,
    toData: (version) => ({
      id: doc.id,
      version,
      title: doc.title,
      price: { amount: 100, currency: 'usd' },
      sellerId: doc.id,
      status: 'available',
      createdAt: at.toISOString(),
      updatedAt: at.toISOString(),
    }),
  });
}
