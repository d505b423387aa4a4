import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface BreakableLink {
  /** The server's address as seen through the link. */
  url: string;
  /** Drops every connection and refuses new ones. */
  cut(): void;
  /** Takes connections and bytes as before, and passes on nothing more: a server that is paused, or a wire that swallows all. For good. */
  stall(): void;
  mend(): void;
  close(): Promise<void>;
}

/** A wire to a real server that a test can cut: what the service then meets is what it meets when the server dies. */
export async function openBreakableLink(url: string): Promise<BreakableLink> {
  const target = new URL(url);
  const open = new Set<Socket>();
  let cut = false;
  let stalled = false;
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  };
  const server = createServer((near) => {
    if (cut) return near.destroy();
    if (stalled) return void keep(near);
    const far = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      keep(socket);
      // An error is followed by `close`, which ends the other side too.
      socket.on('close', () => other.destroy());
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = () => {
    for (const socket of open) socket.destroy();
  };
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.toString(),
    cut: () => {
      cut = true;
      drop();
    },
    stall: () => {
      stalled = true;
      for (const socket of open) socket.unpipe().pause();
    },
    mend: () => {
      cut = false;
    },
    close: async () => {
      // Also what has connected and was not accepted yet.
      cut = true;
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
