import { createMemoryBus, MemoryBroker, MemoryDeadLetters, type ConnectedBus } from '../../src/bus';
import { describeBus } from './conformance';

describeBus('the in-memory bus', () => {
  const broker = new MemoryBroker();
  const open: ConnectedBus[] = [];
  return Promise.resolve({
    dropsRepeatedIds: true,
    connect: ({ deadLetters = new MemoryDeadLetters(), onOutcome } = {}) => {
      const bus = createMemoryBus({ broker, deadLetters, onOutcome });
      open.push(bus);
      return Promise.resolve(bus);
    },
    publishRaw: (subject, body) => {
      broker.store(`gittix.${subject}`, body);
      return Promise.resolve();
    },
    close: async () => {
      await Promise.all(open.map((bus) => bus.close()));
    },
  });
});
