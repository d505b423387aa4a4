import { Schema, type Connection, type Model } from 'mongoose';

/** Which night's work was done last, and who is at the next. One document per kind of work. */
export interface NightRecord {
  _id: string;
  /** When the work that was done last was due. */
  done: Date;
  /** Whoever is at it has until then, and puts it off while it works; a dead replica does not. */
  claimedUntil: Date;
  claim?: string;
}
export type NightModel = Model<NightRecord>;

const schema = new Schema<NightRecord>(
  {
    _id: String,
    done: { type: Date, required: true },
    claimedUntil: { type: Date, required: true },
    claim: String,
  },
  { versionKey: false },
);

export function nightModel(connection: Connection): NightModel {
  return connection.model<NightRecord>('Night', schema, 'nights');
}
