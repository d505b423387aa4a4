import { happenings } from './happenings';
import { Interned } from './interned';
import { wrongState, wrongStep } from './invariants';
import { isOutdated as isOutdatedOrderWork, settle, type OrderWork } from './order-worker';
import {
  beginReconcile,
  isOutdated as isOutdatedPaymentWork,
  reconcileStep,
  type PaymentWork,
} from './payment-worker';
import { wrongRecovery } from './recovery';
import type { Rules } from './rules';
import { commitOrder, isLive, newSaga, type Saga } from './saga';
import { SecondIntent } from './stripe';

export type Work = OrderWork | PaymentWork;
export const IDLE = -1;
export type Side = 'orders' | 'payments';

/** A step by numbers: the saga after it, and what the worker that made it has in hand. */
export interface Move {
  saga: number;
  work: number;
  label: string;
  reserves: boolean;
}

export interface MoveOptions {
  rules: Rules;
  /** 500s of Stripe and refusals of the bank, per order. */
  trouble: number;
  operator: boolean;
}

/** Something that must not be; `way` leads on from the state it was found in. */
export class Violation extends Error {
  constructor(
    message: string,
    readonly way: string[] = [],
  ) {
    super(message);
  }
}

/**
 * All steps within one order, worked out once per (durable state, work in hand) and checked on the way. Sagas and works are
 * known by number from here on.
 */
export class Moves {
  readonly sagas = new Interned<Saga>();
  readonly works = new Interned<Work>();
  readonly first: number;
  private readonly byWork = new Map<number, Move[]>();
  private readonly bySaga = new Map<number, Move[]>();
  private readonly starts = { orders: new Map<number, number>(), payments: new Map<number, number>() };
  private readonly outdated = new Map<number, boolean>();
  private readonly looked = new Set<number>();

  constructor(private readonly options: MoveOptions) {
    this.first = this.sagas.numberOf(newSaga(options.trouble));
  }

  isLive(saga: number): boolean {
    return isLive(this.sagas.value(saga));
  }

  /** Throws Violation when this durable state is wrong, or does not lead to a good end by itself. */
  check(saga: number): void {
    if (this.looked.has(saga)) return;
    this.looked.add(saga);
    const value = this.sagas.value(saga);
    const wrong = wrongState(value);
    if (wrong !== undefined) throw new Violation(wrong);
    const recovery = wrongRecovery(value, this.options.rules);
    if (recovery) throw new Violation(recovery.why, recovery.way);
  }

  /** What may happen besides the work of replicas. */
  happen(saga: number): Move[] {
    return cached(this.bySaga, saga, () =>
      happenings(this.sagas.value(saga), this.options.rules, this.options).map((happening) =>
        this.move(saga, happening.saga, null, happening.label, happening.reserves),
      ),
    );
  }

  /** The work a replica of that side has in hand after it took the order up; IDLE when there is nothing in it. */
  start(side: Side, saga: number): number {
    return cached(this.starts[side], saga, () => {
      const value = this.sagas.value(saga);
      const work = side === 'orders' ? settle(value, this.options.rules) : beginReconcile(value);
      return work ? this.works.numberOf(work) : IDLE;
    });
  }

  step(saga: number, work: number): Move[] {
    return cached(this.byWork, pair(saga, work), () => {
      const before = this.sagas.value(saga);
      const task = this.works.value(work);
      if ('status' in task) return [this.saveOrder(saga, before, task)];
      try {
        return reconcileStep(before, task, this.options.rules).map((outcome) => {
          if (outcome.cry !== undefined)
            throw new Violation(`a human is called: ${outcome.cry}`, [outcome.label]);
          return this.move(saga, outcome.saga, outcome.work, outcome.label);
        });
      } catch (error) {
        throw error instanceof SecondIntent ? new Violation(error.message) : error;
      }
    });
  }

  /** Whether the work can only end in the version check; it is the same as none then. */
  isOutdated(saga: number, work: number): boolean {
    return cached(this.outdated, pair(saga, work), () => {
      const value = this.sagas.value(saga);
      const task = this.works.value(work);
      return 'status' in task ? isOutdatedOrderWork(task, value) : isOutdatedPaymentWork(task, value);
    });
  }

  private saveOrder(saga: number, before: Saga, { base, status }: OrderWork): Move {
    if (before.order?.version !== base) return this.move(saga, before, null, 'meets the version check');
    return this.move(saga, commitOrder(before, status), null, `saves the order as ${status}`);
  }

  private move(from: number, after: Saga, work: PaymentWork | null, label: string, reserves = false): Move {
    const wrong = wrongStep(this.sagas.value(from), after);
    if (wrong !== undefined) throw new Violation(wrong, [label]);
    const saga = this.sagas.numberOf(after);
    return { saga, work: work ? this.works.numberOf(work) : IDLE, label, reserves };
  }
}

const pair = (saga: number, work: number) => saga * 0x100000 + work;

function cached<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
