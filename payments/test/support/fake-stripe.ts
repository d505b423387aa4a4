import type { Intent } from '../../src/domain/intent';
import type { CreateParameters } from '../../src/domain/payment';
import { StripeFailure, type PaymentGateway } from '../../src/stripe';
import { intentOf } from './facts';

/** How the next keyed request goes wrong. `lost`: done, but nobody hears of it. `error`: a 500, stored, the work done or not. */
export type Fault = 'none' | 'lost' | 'error_done' | 'error_undone' | 'refused';

export type Turn = (label: string) => Promise<void>;

const STORED_MS = 24 * 3_600_000;

interface Stored {
  at: number;
  answer: Intent | StripeFailure;
}

/** Stripe's semantics in memory, for sequences too many to run against the emulator: keys, replays, states, faults. */
export class FakeStripe {
  readonly intents: Intent[] = [];
  captures = 0;
  refusedACapture = false;
  faults: Fault[] = [];
  /** Called with each capture that moves money. */
  onCapture: () => void = () => undefined;
  private readonly stored = new Map<string, Stored>();

  constructor(private readonly now: () => number) {}

  /** Stripe as one worker reaches it: every request waits for the worker's turn. */
  gateway(turn: Turn): PaymentGateway {
    return {
      create: (parameters, key) => this.create(turn, parameters, key),
      retrieve: async (id) => {
        await turn('retrieve');
        return copyOf(this.intents.find((each) => each.id === id));
      },
      find: async (orderId) => {
        await turn('find');
        return copyOf(this.intents.find(({ metadata }) => metadata.orderId === orderId));
      },
      capture: (id, key) => this.capture(turn, id, key),
      cancel: (id, key) => this.cancel(turn, id, key),
      refund: (id, _orderId, key) => this.refund(turn, id, key),
    };
  }

  private create(turn: Turn, create: CreateParameters, key: string): Promise<Intent> {
    return this.keyed(turn, key, () => {
      const intent = intentOf({ create }, 'requires_payment_method', { id: `pi_${this.intents.length + 1}` });
      this.intents.push(intent);
      return intent;
    });
  }

  private capture(turn: Turn, id: string, key: string): Promise<Intent> {
    return this.keyed(turn, key, () => {
      const intent = this.known(id);
      if (intent.status !== 'requires_capture') throw refusal('nothing to capture');
      this.captures += 1;
      this.onCapture();
      Object.assign(intent, { status: 'succeeded', amountCapturable: 0, amountReceived: intent.amount });
      return intent;
    });
  }

  private cancel(turn: Turn, id: string, key: string): Promise<Intent> {
    return this.keyed(turn, key, () => {
      const intent = this.known(id);
      if (intent.status === 'succeeded' || intent.status === 'canceled') throw refusal('too late to cancel');
      Object.assign(intent, { status: 'canceled', amountCapturable: 0 });
      return intent;
    });
  }

  private async refund(turn: Turn, id: string, key: string): Promise<void> {
    await this.keyed(turn, key, () => {
      const intent = this.known(id);
      if (intent.amountReceived === 0 || intent.refunds.succeeded > 0) throw refusal('nothing to refund');
      intent.refunds = { ...intent.refunds, succeeded: intent.amountReceived };
      return intent;
    });
  }

  private known(id: string): Intent {
    const intent = this.intents.find((each) => each.id === id);
    if (!intent) throw refusal('no such intent', 404);
    return intent;
  }

  private async keyed(turn: Turn, key: string, work: () => Intent): Promise<Intent> {
    await turn(key);
    const known = this.stored.get(key);
    if (known && this.now() - known.at < STORED_MS) return replay(known.answer);
    const fault = this.faults.shift() ?? 'none';
    if (fault === 'refused' && key.includes(':capture:')) this.refusedACapture = true;
    const answer = this.execute(fault, work);
    this.stored.set(key, { at: this.now(), answer });
    // The way back takes its time too.
    await turn(`${key} answered`);
    if (fault === 'lost') throw new StripeFailure('unknown', 'no answer');
    if (answer instanceof StripeFailure) throw answer;
    return answer;
  }

  private execute(fault: Fault, work: () => Intent): Intent | StripeFailure {
    if (fault === 'error_undone') return serverError(false);
    if (fault === 'refused') return refusal('declined', 402);
    try {
      const done = structuredClone(work());
      return fault === 'error_done' ? serverError(false) : done;
    } catch (error) {
      if (error instanceof StripeFailure) return error;
      throw error;
    }
  }
}

const copyOf = (intent: Intent | undefined) => intent && structuredClone(intent);

function replay(answer: Intent | StripeFailure): Intent {
  if (!(answer instanceof StripeFailure)) return structuredClone(answer);
  throw answer.kind === 'server' ? serverError(true) : answer;
}

const serverError = (replayed: boolean) => new StripeFailure('server', 'sorry', { status: 500, replayed });
const refusal = (message: string, status = 400) => new StripeFailure('refused', message, { status });
