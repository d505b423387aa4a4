export interface Upstream {
  host: string;
  port: number;
}

/** The replicas of every service, taken in turn. */
export class Upstreams {
  private readonly turns = new Map<string, number>();

  constructor(private readonly replicas: ReadonlyMap<string, readonly Upstream[]>) {}

  /** All replicas of a service, beginning with the one whose turn it is; the rest is for when that one takes no connection. */
  inTurn(service: string): Upstream[] {
    const replicas = this.replicas.get(service) ?? [];
    const turn = this.turns.get(service) ?? 0;
    this.turns.set(service, replicas.length > 0 ? (turn + 1) % replicas.length : 0);
    return [...replicas.slice(turn), ...replicas.slice(0, turn)];
  }
}
