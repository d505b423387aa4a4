export interface Upstream {
  host: string;
  port: number;
}

/** The replicas of every service, taken in turn. They may change while requests are under way. */
export class Upstreams {
  private readonly replicas = new Map<string, Upstream[]>();
  private readonly turns = new Map<string, number>();
  private readonly open = new Map<string, { count: number; onNone: () => void }>();

  add(service: string, upstream: Upstream): void {
    this.replicas.set(service, [...(this.replicas.get(service) ?? []), upstream]);
  }

  remove(service: string, { host, port }: Upstream): void {
    const others = (this.replicas.get(service) ?? []).filter((one) => one.host !== host || one.port !== port);
    this.replicas.set(service, others);
  }

  /** All replicas of a service, beginning with the one whose turn it is; the rest is for when that one takes no connection. */
  inTurn(service: string): Upstream[] {
    const replicas = this.replicas.get(service) ?? [];
    const turn = (this.turns.get(service) ?? 0) % Math.max(1, replicas.length);
    this.turns.set(service, turn + 1);
    return [...replicas.slice(turn), ...replicas.slice(0, turn)];
  }

  /** Notes a request that is under way there; what it answers is to be called when it is over. */
  begin(upstream: Upstream): () => void {
    const requests = this.requestsAt(upstream);
    requests.count += 1;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      requests.count -= 1;
      if (requests.count === 0) requests.onNone();
    };
  }

  /** Resolves when no request is under way there, after `ms` at the latest. */
  async answered(upstream: Upstream, ms: number): Promise<void> {
    const requests = this.requestsAt(upstream);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      requests.onNone = () => {
        clearTimeout(timer);
        resolve();
      };
      if (requests.count === 0) requests.onNone();
    });
  }

  private requestsAt({ host, port }: Upstream) {
    const key = `${host}:${port}`;
    const known = this.open.get(key) ?? { count: 0, onNone: () => undefined };
    this.open.set(key, known);
    return known;
  }
}
