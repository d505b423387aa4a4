import mongoose, { type Connection } from 'mongoose';
import { retryUntilReady } from '../lifecycle';
import type { Logger } from '../logging';
import { endWritesWithTheirConnection } from './closed-connections';

endWritesWithTheirConnection();

/**
 * How soon a database that is gone, or takes connections and never answers, is seen. Nobody may wait 10 s for an answer: the
 * driver repeats a failed read once, on a new connection, so the longest wait is for a command and then for a server to be
 * found or a connection to be opened. Left to the driver, opening alone takes 30 s.
 */
const PATIENCE = {
  /** A command that hears nothing ends with its outcome unknown (503). */
  socketTimeoutMS: 4_500,
  serverSelectionTimeoutMS: 3_000,
  connectTimeoutMS: 3_000,
  /** Asked this often whether it is there: by default each 10 s, in which /readyz would tell of a database long dead. */
  heartbeatFrequencyMS: 1_000,
};

/** Connects, trying until the database is there. Every write waits for a majority and the journal. */
export async function connectMongo(url: string, logger: Logger, signal?: AbortSignal): Promise<Connection> {
  const connect = () =>
    mongoose
      .createConnection(durable(url), {
        bufferCommands: false,
        autoIndex: false,
        autoCreate: false,
        maxPoolSize: 50,
        ...PATIENCE,
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
