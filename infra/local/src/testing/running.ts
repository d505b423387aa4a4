import type { TestServer } from './test-servers';

/** Jest loads setup and teardown as separate modules of one process, so they meet on the global object. */
const place = globalThis as { gittixTestServers?: TestServer[] };

export function rememberTestServers(servers: TestServer[]): void {
  place.gittixTestServers = servers;
}

export function takeTestServers(): TestServer[] {
  const servers = place.gittixTestServers ?? [];
  delete place.gittixTestServers;
  return servers;
}
