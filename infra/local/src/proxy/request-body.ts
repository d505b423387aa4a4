import type { ClientRequest, IncomingMessage } from 'node:http';

/** The body of a request: passed on as it comes, and kept where the request may have to be sent again. */
export class RequestBody {
  private readonly kept: Buffer[] = [];
  private size = 0;
  private listens = false;
  private onChunk: () => void = () => undefined;

  constructor(
    private readonly req: IncomingMessage,
    private readonly options: { keep: boolean; maxBytes: number; onTooLarge: () => void },
  ) {}

  /** Sends what has come so far and what is to come, and says when something comes. A body that is not kept can be sent once. */
  sendTo(outgoing: ClientRequest, onChunk: () => void): void {
    this.onChunk = onChunk;
    this.listen();
    for (const chunk of this.kept) outgoing.write(chunk);
    this.req.pipe(outgoing);
  }

  private listen(): void {
    if (this.listens) return;
    this.listens = true;
    const { keep, maxBytes, onTooLarge } = this.options;
    this.req.on('data', (chunk: Buffer) => {
      this.onChunk();
      const fitted = this.size <= maxBytes;
      this.size += chunk.length;
      if (this.size <= maxBytes) {
        if (keep) this.kept.push(chunk);
      } else if (fitted) onTooLarge();
    });
  }
}
