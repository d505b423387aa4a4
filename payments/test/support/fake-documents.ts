import { Error as MongooseErrors } from 'mongoose';
import type { Envelope } from '@gittix/common/events';
import type { Turn } from './fake-stripe';
import type { PaymentModel, PaymentRecord } from '../../src/data/payment-model';

/** As much of a mongoose collection as `reconcile` touches: one document, optimistic concurrency, no database. */
export class FakePayments {
  record: PaymentRecord | null = null;
  readonly events: Envelope[] = [];

  /** The collection as one worker reaches it. */
  model(turn: Turn): PaymentModel {
    const findById = async () => {
      await turn('load payment');
      return this.record && this.document(structuredClone(this.record), turn);
    };
    return { findById } as unknown as PaymentModel;
  }

  private document(record: PaymentRecord, turn: Turn) {
    const readVersion = record.version;
    const document = Object.assign(record, {
      id: record._id,
      isNew: false,
      collection: { name: 'payments' },
      set: (path: string, value: unknown) => Object.assign(document, { [path]: value }),
      save: async () => {
        await turn('save payment');
        if (this.record?.version !== readVersion) throw conflict();
        const { id: _id, isNew: _new, collection: _collection, set: _set, save: _save, ...fields } = document;
        this.events.push(...fields.outbox.map(({ event }) => event));
        this.record = structuredClone({ ...fields, version: readVersion + 1, outbox: [] });
        document.version = readVersion + 1;
      },
    });
    return document;
  }
}

function conflict(): MongooseErrors.VersionError {
  return Object.create(MongooseErrors.VersionError.prototype) as MongooseErrors.VersionError;
}
