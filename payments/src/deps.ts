import type { Logger } from '@gittix/common/logging';
import type { Relay } from '@gittix/common/outbox';
import type { OrderCopyModel } from './data/order-model';
import type { PaymentDocument, PaymentModel } from './data/payment-model';
import type { HintReader, NewsList, PaymentGateway, StripeBooks } from './stripe';
import type { Turns } from './turns';

/** Everything the use cases work with. */
export interface Deps {
  payments: PaymentModel;
  orders: OrderCopyModel;
  relay: Relay;
  stripe: PaymentGateway;
  readHint: HintReader;
  listNews: NewsList;
  books: StripeBooks;
  /** Runs `reconcile` for an order; here one at a time per order. */
  reconciler: Turns<PaymentDocument | null>;
  /** What a browser needs to talk to Stripe by itself. */
  checkout: { publishableKey: string; stripeJsUrl: string };
  /** How long a request waits for the copy of an order that was made a moment ago. */
  orderWaitMs: number;
  now: () => Date;
  logger: Logger;
}

/** Everything `reconcile` works with. */
export type ReconcileDeps = Pick<Deps, 'payments' | 'orders' | 'relay' | 'stripe' | 'now' | 'logger'>;

/** Everything a comparison with Stripe works with. */
export type CompareDeps = Pick<
  Deps,
  'payments' | 'orders' | 'stripe' | 'books' | 'reconciler' | 'now' | 'logger'
>;
