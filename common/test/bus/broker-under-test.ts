import type { ConnectedBus, DeliveryReport } from '../../src/bus';
import type { MemoryDeadLetters } from '../../src/bus';

export interface ConnectOptions {
  deadLetters?: MemoryDeadLetters;
  onOutcome?: (report: DeliveryReport) => void;
  ackWaitMs?: number;
}

/** A broker with an empty store for one test; each `connect` is a process of its own. */
export interface BrokerUnderTest {
  /** Whether a message id that was stored a moment ago is not stored again. */
  dropsRepeatedIds: boolean;
  connect(options?: ConnectOptions): Promise<ConnectedBus>;
  /** Puts any bytes on a subject: `order.OrderCreated`. */
  publishRaw(subject: string, body: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
