import { decide } from '../../../../orders/src/domain/order';
import { dueCommands } from '../../../../orders/src/domain/payment-verdict';
import { afterRefusal, howToAsk, isUndone, nextStep } from '../../../../payments/src/domain/reconcile';
import { OPEN } from '../../../../payments/src/domain/schedule';
import type { PaymentStatus } from '@gittix/common/api';

/** Every decision the search leaves to the services' own functions, and what their sweepers are sure to look at again. */
export interface Rules {
  decide: typeof decide;
  dueCommands: typeof dueCommands;
  nextStep: typeof nextStep;
  howToAsk: typeof howToAsk;
  isUndone: typeof isUndone;
  afterRefusal: typeof afterRefusal;
  /** Whether an answer of Stripe is read anew once another replica changed the payment (the loop of `reconcile`). */
  forgetsOldAnswers: boolean;
  /** Whether the sweeper of orders comes: it expires what is overdue. What a message asks is done without it, by redelivery. */
  sweepsOrders: boolean;
  /** Whether the sweeper of payments comes for a payment in this state. */
  sweepsPayment: (status: PaymentStatus) => boolean;
}

/** As built. */
export const PRODUCTION: Rules = {
  decide,
  dueCommands,
  nextStep,
  howToAsk,
  isUndone,
  afterRefusal,
  forgetsOldAnswers: true,
  sweepsOrders: true,
  sweepsPayment: (status) => OPEN.includes(status),
};
