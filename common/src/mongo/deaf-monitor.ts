import type { Connection } from 'mongoose';
import type { Logger } from '../logging';

/** The driver asks the server each second whether it is there, and gives up on an answer after three: this is far beyond. */
const LONGEST_MS = 8_000;
/** A process that was paused hears of the time first and of the answer then. */
const GRACE_MS = 1_000;

/**
 * The driver's monitor can wait for ever: when it is to ask over a socket whose other end has just gone, in the moment
 * before the close is told, it waits for that socket to drain, with no time limit (driver 7.8 and 7.9). Then a server that
 * died stays dead for this process, though it was back long ago. Whoever sees a question without an answer opens all anew.
 */
export function reviveWhenDeaf(connection: Connection, logger: Logger): void {
  const client = connection.getClient();
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const forget = () => clearTimeout(timer);
  const wait = (ms: number, then: () => void) => {
    forget();
    timer = setTimeout(then, ms).unref();
  };
  const revive = async () => {
    logger.error('the monitor of the database hangs, connecting anew');
    try {
      await client.close();
      if (!ended) await client.connect();
    } catch (err) {
      logger.warn({ err }, 'the database is not there yet');
      if (!ended) wait(GRACE_MS, () => void revive());
    }
  };
  client.on('serverHeartbeatStarted', () => wait(LONGEST_MS, () => wait(GRACE_MS, () => void revive())));
  client.on('serverHeartbeatSucceeded', forget);
  client.on('serverHeartbeatFailed', forget);
  connection.once('close', () => {
    ended = true;
    forget();
  });
}
