import type { ConnectedBus } from '../../src/bus';
import type { AnyEvent } from '../../src/events';
import { waitFor } from '../../src/testing';

/** As the relay does: again, with the same id, until the broker has it. */
export async function publishForSure(bus: ConnectedBus, event: AnyEvent): Promise<void> {
  await waitFor(() => bus.publish(event).then(() => true), {
    timeoutMs: 30_000,
    what: `publishing ${event.id}`,
  });
}
