import { takeTestServers } from './running';

/** Jest's globalTeardown: ends what globalSetup started, by process, and removes its data. */
export default async function globalTeardown(): Promise<void> {
  await Promise.all(takeTestServers().map((server) => server.stop()));
}
