import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

/** One connection of the driver, its monitors' included. */
interface DriverConnection extends EventEmitter {
  /** Set before `close` is told. */
  error: Error;
  writeCommand: (this: DriverConnection, command: unknown, options: unknown) => Promise<void>;
}

const ofMongoose = createRequire(require.resolve('mongoose'));

/**
 * The driver waits for a socket to drain before it waits for the answer, and only an error ends that (7.8 and 7.9). A socket
 * that closes without one, because its server was killed, drains never: whoever asks over it in the moment before the close
 * is told waits for ever, be it a request, the relay, or the monitor that should see the server come back. Here a command
 * ends with its connection.
 */
export function endWritesWithTheirConnection(): void {
  const { Connection } = ofMongoose('mongodb/lib/cmap/connection') as {
    Connection: { prototype: DriverConnection };
  };
  const write = Connection.prototype.writeCommand;
  Connection.prototype.writeCommand = async function (command, options) {
    let onClose = (): void => undefined;
    const closed = new Promise<never>((_, reject) => {
      onClose = () => reject(this.error);
    });
    this.once('close', onClose);
    try {
      await Promise.race([write.call(this, command, options), closed]);
    } finally {
      this.off('close', onClose);
    }
  };
}
