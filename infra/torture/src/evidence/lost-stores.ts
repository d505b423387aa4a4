import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { releasePorts, stablePorts } from '../../../local/src/servers/ports';
import type { Instance } from '../instance/instance';
import { poll } from '../poll';
import type { Broker } from './broker';
import { brokerOf } from './open-broker';
import type { StreamEvent } from './evidence';

const START_MS = 30_000;

/**
 * What was in stores that were taken from the broker, read by starting its program once more on each. All that it had ever
 * acknowledged is there, to the last message before it was killed: an observer who listened meanwhile could miss some.
 */
export async function lostEvents(instance: Instance, directories: readonly string[]): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for (const directory of directories) {
    const found = await readStore(instance, directory);
    events.push(...found.map((event): StreamEvent => ({ ...event, lost: true })));
  }
  return events;
}

async function readStore(instance: Instance, directory: string): Promise<StreamEvent[]> {
  const kind = brokerOf(instance);
  const [port = 0, monitoringPort = 0] = await stablePorts(2);
  const at = { port, monitoringPort };
  const program = await instance.programOf(kind.process);
  const server = spawn(program, kind.argumentsOn(directory, at), { stdio: 'ignore' });
  const ended = once(server, 'exit');
  let broker: Broker | undefined;
  try {
    broker = await poll(
      () => {
        if (server.exitCode !== null) throw new Error(`${program} ended with ${server.exitCode}`);
        // It may take a while until it has read its store.
        return kind.connect(at).catch(() => undefined);
      },
      { timeoutMs: START_MS, what: () => `${program} on the store in ${directory}` },
    );
    return await broker.events();
  } finally {
    await broker?.close();
    server.kill('SIGKILL');
    await ended;
    releasePorts([port, monitoringPort]);
  }
}
