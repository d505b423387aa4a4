import type { Socket } from 'node:net';

/** What holds for all connections of a link just now. */
export interface Conditions {
  stalls: number;
  delayMs: number;
}

/** More than this waits in the sender's own buffers. */
const MOST_HELD_BYTES = 1024 ** 2;

interface Piece {
  /** Undefined: the sender has ended. */
  bytes: Buffer | undefined;
  dueAt: number;
}

/** One way of one connection: what comes in goes out in order, at once or when the conditions let it. */
export class Direction {
  /** Pieces that were delayed or held. */
  late = 0;
  private readonly held: Piece[] = [];
  private heldBytes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly conditions: Conditions,
  ) {
    from.on('data', (bytes: Buffer) => this.take(bytes));
    from.once('end', () => this.take(undefined));
    from.once('close', () => clearTimeout(this.timer));
    to.on('drain', () => this.flow());
  }

  /** Passes on what is due. */
  flow(): void {
    clearTimeout(this.timer);
    const { held, to, from, conditions } = this;
    while (held[0] && conditions.stalls === 0 && !to.writableNeedDrain) {
      const wait = held[0].dueAt - performance.now();
      if (wait > 0) {
        this.timer = setTimeout(() => this.flow(), wait);
        return;
      }
      const bytes = held.shift()?.bytes;
      this.heldBytes -= bytes?.length ?? 0;
      if (bytes === undefined) to.end();
      else to.write(bytes);
    }
    if (this.heldBytes < MOST_HELD_BYTES && from.isPaused()) from.resume();
  }

  private take(bytes: Buffer | undefined): void {
    const { conditions } = this;
    if (conditions.stalls > 0 || conditions.delayMs > 0) this.late += 1;
    this.held.push({ bytes, dueAt: performance.now() + conditions.delayMs });
    this.heldBytes += bytes?.length ?? 0;
    if (this.heldBytes >= MOST_HELD_BYTES) this.from.pause();
    this.flow();
  }
}
