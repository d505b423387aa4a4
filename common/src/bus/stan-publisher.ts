import { BusUnavailableError } from './bus-unavailable-error';
import type { StanLink } from './stan-link';
import { UnderWay } from './under-way';

/** Stores messages at the broker. NATS Streaming drops no repeated ids: what is published again is stored again. */
export class StanPublisher {
  private readonly underWay = new UnderWay();

  constructor(private readonly link: StanLink) {}

  /** Resolves when the broker has stored the message, and rejects with BusUnavailableError when it is not known to be stored. */
  publish(channel: string, body: Uint8Array, messageId: string): Promise<void> {
    return this.underWay.track(
      this.link
        .answered(() => this.link.session.publish(channel, body))
        .catch((cause: unknown) => {
          throw new BusUnavailableError(`the broker did not confirm ${messageId}`, { cause });
        }),
    );
  }

  /** Resolves when nothing is under way any more. */
  idle(): Promise<void> {
    return this.underWay.idle();
  }
}
