import type { Changes } from '../domain/records';
import type { State } from '../ledger/state';
import { chargeView } from './charge';
import { paymentIntentView } from './payment-intent';
import { paymentMethodView } from './payment-method';

/** The ids that can be asked for as objects. */
export const INTENT_EXPANDABLE = ['latest_charge', 'payment_method'] as const;
export const REFUND_EXPANDABLE = ['charge', 'payment_intent'] as const;

/** Puts objects in the place of ids, seeing what the request itself is about to change. */
export class Expansion {
  constructor(
    private readonly state: State,
    private readonly publicUrl: string,
    private readonly changes: Changes = {},
  ) {}

  expand(view: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
    const expanded = { ...view };
    for (const name of names) {
      const id = view[name];
      if (typeof id === 'string') expanded[name] = this.object(id) ?? id;
    }
    return expanded;
  }

  private object(id: string): Record<string, unknown> | undefined {
    if (id.startsWith('pm_')) return this.paymentMethod(id);
    if (id.startsWith('ch_')) {
      const charge = newest(this.changes.charges, id) ?? this.state.charges.get(id);
      const method = charge && this.methodRecord(charge.paymentMethodId);
      return charge && method && chargeView(charge, method);
    }
    const intent = newest(this.changes.intents, id) ?? this.state.intents.get(id);
    const context = {
      publicUrl: this.publicUrl,
      paymentMethod: (methodId: string) => {
        const method = this.methodRecord(methodId);
        if (!method) throw new Error(`the ledger lacks the payment method ${methodId}`);
        return method;
      },
    };
    return intent && paymentIntentView(intent, context);
  }

  private paymentMethod(id: string) {
    const method = this.methodRecord(id);
    return method && paymentMethodView(method);
  }

  private methodRecord(id: string) {
    return newest(this.changes.paymentMethods, id) ?? this.state.paymentMethods.get(id);
  }
}

function newest<T extends { id: string }>(changed: T[] | undefined, id: string): T | undefined {
  return changed?.find((each) => each.id === id);
}

export function listView(url: string, data: unknown[], hasMore: boolean): Record<string, unknown> {
  return { object: 'list', data, has_more: hasMore, url };
}
