import type { IncomingMessage, Verdict } from './delivery';

/** A replica: takes messages while it is open and has room. */
export interface Member {
  deliver(message: IncomingMessage): Promise<Verdict>;
  hasRoom(): boolean;
  open: boolean;
  running: Set<Promise<void>>;
}

/** The messages one group still has to handle. Stays when all its replicas are gone, as a durable consumer does. */
export class MemoryQueue {
  private entries: { message: IncomingMessage; due: number }[] = [];
  private readonly members: Member[] = [];
  private turn = 0;

  constructor(
    readonly subjects: ReadonlySet<string>,
    private readonly random: (() => number) | undefined,
  ) {}

  /** `due` is the tick from which the message may be delivered. */
  add(message: IncomingMessage, due: number): void {
    this.entries.push({ message, due });
  }

  join(member: Member): void {
    this.members.push(member);
  }

  /** Nothing runs, and there is nothing to take or nobody left to take it. */
  get quiet(): boolean {
    const running = this.members.some((member) => member.running.size > 0);
    return !running && (this.entries.length === 0 || !this.members.some(({ open }) => open));
  }

  /** Starts what is due, as far as the replicas have room. */
  deliverDue(tick: number, ended: (message: IncomingMessage, verdict: Verdict) => void): Promise<void>[] {
    const started: Promise<void>[] = [];
    const due = this.entries.filter((entry) => entry.due <= tick);
    for (const entry of this.random ? shuffled(due, this.random) : due) {
      const member = this.nextMember();
      if (!member) break;
      this.entries.splice(this.entries.indexOf(entry), 1);
      const running = member.deliver(entry.message).then((verdict) => {
        member.running.delete(running);
        ended(entry.message, verdict);
      });
      member.running.add(running);
      started.push(running);
    }
    return started;
  }

  private nextMember(): Member | undefined {
    const free = this.members.filter((member) => member.open && member.hasRoom());
    this.turn += 1;
    return free[this.random ? Math.floor(this.random() * free.length) : this.turn % free.length];
  }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
