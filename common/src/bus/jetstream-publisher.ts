import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { BusUnavailableError } from './bus-unavailable-error';
import type { NatsLink } from './nats-link';
import type { JetStreamStream } from './jetstream-stream';
import { UnderWay } from './under-way';

export interface PublisherOptions {
  link: NatsLink;
  js: JetStreamClient;
  stream: JetStreamStream;
  timeoutMs: number;
}

/** Stores messages at the broker. */
export class JetStreamPublisher {
  private readonly underWay = new UnderWay();

  constructor(private readonly options: PublisherOptions) {}

  /** Resolves when the broker has stored the message, makes a missing stream, and rejects with BusUnavailableError when it is not known to be stored: then publish again with the same id. */
  publish(subject: string, body: Uint8Array, messageId: string): Promise<void> {
    return this.underWay.track(this.store(subject, body, messageId));
  }

  /** Resolves when nothing is under way any more. */
  idle(): Promise<void> {
    return this.underWay.idle();
  }

  private async store(subject: string, body: Uint8Array, messageId: string): Promise<void> {
    try {
      await this.confirmed(subject, body, messageId).catch(async (error: unknown) => {
        if (!isMissingStream(error)) throw error;
        await this.options.stream.ensure();
        await this.confirmed(subject, body, messageId);
      });
    } catch (cause) {
      // The message itself is at fault, such as larger than the broker takes.
      if (cause instanceof errors.InvalidArgumentError) throw cause;
      throw new BusUnavailableError(`the broker did not confirm ${messageId}`, { cause });
    }
  }

  private async confirmed(subject: string, body: Uint8Array, msgID: string): Promise<void> {
    const { link, js, stream, timeoutMs } = this.options;
    const expect = { streamName: stream.name };
    await link.answered(() => js.publish(subject, body, { msgID, timeout: timeoutMs, expect }));
  }
}

/** Nobody answers on the subject: the client calls that "JetStream not enabled". */
function isMissingStream(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'JetStreamNotEnabled' || error instanceof JetStreamApiError)
  );
}
