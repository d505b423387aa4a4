import type { Intent } from '../../src/domain/intent';
import type { Call, CreateParameters } from '../../src/domain/payment';
import { intentOf } from './facts';

/**
 * How a call ends. lost: done, and nobody hears of it. down: neither. error_done, error_undone: a 500, stored under the key,
 * the work done or not. refused: a definite no, stored too.
 */
export const OUTCOMES = ['done', 'lost', 'down', 'error_done', 'error_undone', 'refused'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the caller gets. */
export type Reply =
  | { kind: 'intent'; intent: Intent }
  | { kind: 'unknown' | 'server' | 'replayed' | 'refused' };

const KEY_LIFE_MS = 24 * 3_600_000;

/** The least of Stripe that decisions depend on: states, keys and their replays. Nothing waits, so 100,000 lives are cheap. */
export class StripeModel {
  readonly intents: Intent[] = [];
  captures = 0;
  refusedACapture = false;
  private readonly keys = new Map<string, { at: number; reply: Reply }>();

  show(id: string): Intent | undefined {
    const intent = this.intents.find((each) => each.id === id);
    return intent && { ...intent };
  }

  find(): Intent | undefined {
    return this.intents[0] && { ...this.intents[0] };
  }

  call(call: Call, key: string, now: number, outcome: Outcome, create: CreateParameters): Reply {
    const stored = this.keys.get(key);
    if (stored && now - stored.at < KEY_LIFE_MS)
      return stored.reply.kind === 'server' ? { kind: 'replayed' } : stored.reply;
    if (outcome === 'down') return { kind: 'unknown' };
    const reply = this.execute(call, outcome, create);
    this.keys.set(key, { at: now, reply });
    return outcome === 'lost' ? { kind: 'unknown' } : reply;
  }

  private execute(call: Call, outcome: Outcome, create: CreateParameters): Reply {
    if (outcome === 'error_undone') return { kind: 'server' };
    if (outcome === 'refused') {
      if (call === 'capture') this.refusedACapture = true;
      return { kind: 'refused' };
    }
    const intent = call === 'create' ? this.create(create) : this.change(call);
    if (outcome === 'error_done') return { kind: 'server' };
    return intent ? { kind: 'intent', intent: { ...intent } } : { kind: 'refused' };
  }

  private create(create: CreateParameters): Intent {
    const intent = intentOf({ create }, 'requires_payment_method', { id: `pi_${this.intents.length + 1}` });
    this.intents.push(intent);
    return intent;
  }

  /** Undefined: its state does not allow it. */
  private change(call: Exclude<Call, 'create'>): Intent | undefined {
    const intent = this.intents[0];
    if (!intent) return undefined;
    const { status, amount, amountReceived, refunds } = intent;
    if (call === 'capture' && status === 'requires_capture') {
      this.captures += 1;
      return Object.assign(intent, { status: 'succeeded', amountCapturable: 0, amountReceived: amount });
    }
    if (call === 'cancel' && status !== 'succeeded' && status !== 'canceled')
      return Object.assign(intent, { status: 'canceled', amountCapturable: 0 });
    if (call === 'refund' && amountReceived > refunds.succeeded)
      return Object.assign(intent, { refunds: { ...refunds, succeeded: amountReceived } });
    return undefined;
  }
}
