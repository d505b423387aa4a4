import mongoose from 'mongoose';
import type { Instance } from '../instance/instance';

/** Takes away what makes the order the lock, in a running instance: what a race finds then shows that it can find it. */
export async function dropHoldsIndex(instance: Instance): Promise<void> {
  const url = `mongodb://127.0.0.1:${instance.portOf('mongod')}/gittix-orders`;
  const connection = await mongoose.createConnection(url).asPromise();
  try {
    await connection.collection('orders').dropIndex('holds_1');
  } finally {
    await connection.close();
  }
}
