import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Direction, type Conditions } from './direction';

/** The way from the services to one server: a TCP proxy that cuts, delays and stalls. Faults may overlap. */
export class Link {
  private readonly conditions: Conditions & { cuts: number; stalls: number } = {
    cuts: 0,
    stalls: 0,
    delayMs: 0,
  };
  private readonly pairs = new Set<{ ends: readonly [Socket, Socket]; directions: readonly Direction[] }>();
  private readonly delays = new Set<{ byMs: number }>();
  /** Pieces of connections that are gone. */
  private lateBefore = 0;
  private refused = 0;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: () => number | undefined,
  ) {
    server.on('connection', (socket) => this.take(socket));
  }

  /** `targetPort` is asked anew for each connection: undefined while the server is not there yet. */
  static async open(targetPort: () => number | undefined): Promise<Link> {
    const server = createServer({ noDelay: true, allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Link(server, targetPort);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Open connections are reset, new ones refused, for a while. Answers how many that were. */
  async cut(ms: number, until: AbortSignal): Promise<number> {
    const open = this.pairs.size;
    const refused = this.refused;
    this.conditions.cuts += 1;
    for (const { ends } of this.pairs) for (const end of ends) end.resetAndDestroy();
    await pass(ms, until);
    this.conditions.cuts -= 1;
    return open + this.refused - refused;
  }

  /** Everything takes so much longer, each way, for a while. Answers how many pieces were late. */
  async slow(ms: number, byMs: number, until: AbortSignal): Promise<number> {
    const before = this.late();
    const own = { byMs };
    this.delays.add(own);
    this.weigh();
    await pass(ms, until);
    this.delays.delete(own);
    this.weigh();
    return this.late() - before;
  }

  /** Connections stay open, and nothing comes through, for a while; then all that was held does. Answers how many pieces were held. */
  async stall(ms: number, until: AbortSignal): Promise<number> {
    const before = this.late();
    this.conditions.stalls += 1;
    await pass(ms, until);
    this.conditions.stalls -= 1;
    if (this.conditions.stalls === 0) {
      for (const { directions } of this.pairs) for (const direction of directions) direction.flow();
    }
    return this.late() - before;
  }

  async close(): Promise<void> {
    for (const { ends } of this.pairs) for (const end of ends) end.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Of several delays at once the longest counts. */
  private weigh(): void {
    this.conditions.delayMs = Math.max(0, ...[...this.delays].map(({ byMs }) => byMs));
  }

  private late(): number {
    let late = this.lateBefore;
    for (const { directions } of this.pairs) for (const direction of directions) late += direction.late;
    return late;
  }

  private take(socket: Socket): void {
    const port = this.targetPort();
    socket.on('error', () => socket.destroy());
    if (this.conditions.cuts > 0) this.refused += 1;
    if (this.conditions.cuts > 0 || port === undefined) return void socket.resetAndDestroy();
    const target = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    target.on('error', () => target.destroy());
    const directions = [
      new Direction(socket, target, this.conditions),
      new Direction(target, socket, this.conditions),
    ];
    const pair = { ends: [socket, target] as const, directions };
    this.pairs.add(pair);
    for (const end of pair.ends) {
      end.once('close', () => {
        if (this.pairs.delete(pair)) this.lateBefore += directions.reduce((sum, { late }) => sum + late, 0);
        for (const other of pair.ends) other.destroy();
      });
    }
  }
}

async function pass(ms: number, until: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: until }).catch((error: unknown) => {
    if (!until.aborted) throw error;
  });
}
