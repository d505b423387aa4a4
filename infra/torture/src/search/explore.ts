import { IDLE, Moves, Violation, type MoveOptions, type Side } from './moves';
import { StateSet } from './state-set';

export interface SearchOptions extends MoveOptions {
  /** Orders for the one ticket that are followed in every detail, 1 or 2. */
  orders: number;
  orderWorkers: number;
  paymentWorkers: number;
  /** False for a database that lets two orders hold one ticket, to see that this is noticed. */
  hasUniqueHolds?: boolean;
  /** Leaves out no step that can't matter: outdated work goes on to its end, a worker may crash anywhere. For comparison. */
  plain?: boolean;
  /** Gives up beyond this many states; a search that was given up proves nothing. */
  mostStates: number;
  onProgress?: (states: number) => void;
}

export interface SearchResult {
  /** All reachable states were visited. */
  exhausted: boolean;
  states: number;
  steps: number;
  moves: Moves;
  /** The first wrong thing, and the shortest way there. */
  violation?: { why: string; trace: string[] };
}

/**
 * Breadth first through every state of one ticket's sale. A state is a row of numbers: per order its durable state, whether
 * anybody else has the ticket, per worker the order it is at and its work in hand. Workers of a kind are alike, so that
 * their order in the row does not count.
 */
export function explore(options: SearchOptions): SearchResult {
  const search = new Search(options);
  return search.run();
}

class Search {
  private readonly moves: Moves;
  private readonly states: StateSet;
  private readonly others: number;
  private readonly groups: { side: Side; from: number; to: number }[];
  private readonly row: Int32Array;
  private readonly out: Int32Array;
  private parents = new Int32Array(1024);
  private steps = 0;
  /** Set while a trace is put together: stops at the successor that is looked for. */
  private sought: { row: Int32Array; label?: string } | undefined;
  private current = 0;

  constructor(private readonly options: SearchOptions) {
    const { orders, orderWorkers, paymentWorkers } = options;
    const width = orders + 1 + 2 * (orderWorkers + paymentWorkers);
    this.moves = new Moves(options);
    this.states = new StateSet(width);
    this.others = orders;
    const middle = orders + 1 + 2 * orderWorkers;
    this.groups = [
      { side: 'orders', from: orders + 1, to: middle },
      { side: 'payments', from: middle, to: width },
    ];
    this.row = new Int32Array(width);
    this.out = new Int32Array(width);
  }

  run(): SearchResult {
    const first = new Int32Array(this.row.length).fill(IDLE);
    first.fill(this.moves.first, 0, this.options.orders);
    first[this.others] = 0;
    this.states.add(first);
    try {
      for (this.current = 0; this.current < this.states.size; this.current++) {
        if (this.states.size > this.options.mostStates) return this.result(false);
        if (this.current % 1_000_000 === 0) this.options.onProgress?.(this.states.size);
        this.states.read(this.current, this.row);
        this.check();
        this.expand();
      }
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      const trace = [...this.traceOf(this.current), ...error.way];
      return { ...this.result(false), violation: { why: error.message, trace } };
    }
    return this.result(true);
  }

  private result(exhausted: boolean): SearchResult {
    const { moves, steps, states } = this;
    return { exhausted, states: states.size, steps, moves };
  }

  private check(): void {
    let live = this.row[this.others] as number;
    for (let order = 0; order < this.options.orders; order++) {
      this.moves.check(this.row[order] as number);
      if (this.moves.isLive(this.row[order] as number)) live++;
    }
    if (live > 1) throw new Violation('two live orders have the one ticket');
  }

  private isTicketFree(): boolean {
    if (this.options.hasUniqueHolds === false) return true;
    if (this.row[this.others] === 1) return false;
    for (let order = 0; order < this.options.orders; order++) {
      if (this.moves.isLive(this.row[order] as number)) return false;
    }
    return true;
  }

  private expand(): void {
    const isFree = this.isTicketFree();
    for (let order = 0; order < this.options.orders; order++) {
      for (const move of this.moves.happen(this.row[order] as number)) {
        if (!move.reserves || isFree) this.emit(order, move.saga, -1, IDLE, move.label);
      }
    }
    if (this.options.orders === 1) {
      const others = this.row[this.others] as number;
      if (others === 1 || isFree) this.emitOthers(1 - others);
    }
    for (const { side, from, to } of this.groups) {
      for (let at = from; at < to; at += 2) {
        const isTwin =
          at > from && this.row[at] === this.row[at - 2] && this.row[at + 1] === this.row[at - 1];
        if (!isTwin) this.expandWorker(side, at);
      }
    }
  }

  private expandWorker(side: Side, at: number): void {
    const order = this.row[at] as number;
    if (order === IDLE) {
      for (let taken = 0; taken < this.options.orders; taken++) {
        const saga = this.row[taken] as number;
        const work = this.moves.start(side, saga);
        if (work === IDLE) continue;
        this.row[at] = taken;
        this.emit(taken, saga, at, work, `a worker of ${side} takes it up`);
        this.row[at] = IDLE;
      }
      return;
    }
    if (this.options.plain)
      this.emit(order, this.row[order] as number, at, IDLE, `a worker of ${side} crashes`);
    for (const move of this.moves.step(this.row[order] as number, this.row[at + 1] as number)) {
      this.emit(order, move.saga, at, move.work, `a worker of ${side} ${move.label}`);
    }
  }

  private emitOthers(has: number): void {
    this.out.set(this.row);
    this.out[this.others] = has;
    this.add(has === 1 ? 'anybody else reserves the ticket' : 'anybody else gives the ticket back', -1);
  }

  private emit(order: number, saga: number, at: number, work: number, label: string): void {
    const { out } = this;
    out.set(this.row);
    out[order] = saga;
    if (at >= 0) {
      out[at + 1] = work;
      if (work === IDLE) out[at] = IDLE;
    }
    for (const group of this.groups) this.normalise(group);
    this.add(label, order);
  }

  /** Work that is bound to fail is none, and workers of a kind stand in order. */
  private normalise({ from, to }: { from: number; to: number }): void {
    const { out } = this;
    for (let at = from; at < to; at += 2) {
      const order = out[at] as number;
      if (order === IDLE || this.options.plain) continue;
      if (!this.moves.isOutdated(out[order] as number, out[at + 1] as number)) continue;
      out[at] = IDLE;
      out[at + 1] = IDLE;
    }
    for (let end = to - 2; end > from; end -= 2) {
      for (let at = from; at < end; at += 2) {
        const [order, work, nextOrder, nextWork] = [out[at], out[at + 1], out[at + 2], out[at + 3]] as [
          number,
          number,
          number,
          number,
        ];
        if (order < nextOrder || (order === nextOrder && work <= nextWork)) continue;
        out[at] = nextOrder;
        out[at + 1] = nextWork;
        out[at + 2] = order;
        out[at + 3] = work;
      }
    }
  }

  private add(label: string, order: number): void {
    const name = this.options.orders > 1 && order >= 0 ? `order ${'AB'[order]}: ${label}` : label;
    if (this.sought) {
      if (this.sought.label === undefined && this.out.every((value, at) => value === this.sought?.row[at])) {
        this.sought.label = name;
      }
      return;
    }
    this.steps++;
    const index = this.states.add(this.out);
    if (index === undefined) return;
    if (index >= this.parents.length) {
      const parents = new Int32Array(this.parents.length * 2);
      parents.set(this.parents);
      this.parents = parents;
    }
    this.parents[index] = this.current;
  }

  /** The labels of the steps from the beginning to a state; steps were not remembered, so each is made again. */
  private traceOf(index: number): string[] {
    const labels: string[] = [];
    for (let at = index; at > 0; at = this.parents[at] as number) {
      const row = new Int32Array(this.row.length);
      this.states.read(at, row);
      this.sought = { row };
      const from = this.parents[at] as number;
      this.states.read(from, this.row);
      this.expand();
      labels.unshift(this.sought.label ?? 'a step that can no longer be found');
      this.sought = undefined;
    }
    return labels;
  }
}
