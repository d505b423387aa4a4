import mongoose, { type Connection } from 'mongoose';
import { retryUntilReady } from '../lifecycle';
import type { Logger } from '../logging';

/**
 * Connects, trying until the database is there. Every write waits for a majority and the journal; a command that hears
 * nothing for 8 s fails with its outcome unknown (503), because a paused server would hang it for ever.
 */
export async function connectMongo(url: string, logger: Logger, signal?: AbortSignal): Promise<Connection> {
  const connect = () =>
    mongoose
      .createConnection(durable(url), {
        bufferCommands: false,
        autoIndex: false,
        autoCreate: false,
        serverSelectionTimeoutMS: 3_000,
        socketTimeoutMS: 8_000,
        maxPoolSize: 50,
      })
      .asPromise();
  const connection = await retryUntilReady('the database', logger, connect, signal);
  connection.on('error', (err: unknown) => logger.warn({ err }, 'database connection'));
  return connection;
}

/** In the URL, for a schema's write concern silently loses its `journal`. */
function durable(url: string): string {
  const parsed = new URL(url);
  parsed.searchParams.set('w', 'majority');
  parsed.searchParams.set('journal', 'true');
  return parsed.toString();
}

/** For /readyz. */
export function mongoStatus(connection: Connection): true | string {
  return connection.readyState === mongoose.ConnectionStates.connected || 'not connected';
}
