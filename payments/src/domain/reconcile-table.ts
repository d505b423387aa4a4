import type { PaymentStatus } from '@gittix/common/api';
import type { IntentSide, OrderSide } from './sides';

/**
 * wait: nothing to do now. tell: nothing we may do by ourselves, a human must look.
 * create, capture, cancel, refund: call Stripe. recreate, rerefund: the same under a new key.
 * adopt: write down the intent's id. note: write down why the card was declined. The others: the payment's next status;
 * undo is `voiding` (it ends voided), give_up is `voiding` of a sale we could not finish (it ends failed), end is
 * whichever of both it was to be.
 */
export type StepName =
  | 'wait'
  | 'tell'
  | 'create'
  | 'capture'
  | 'cancel'
  | 'refund'
  | 'recreate'
  | 'rerefund'
  | 'adopt'
  | 'note'
  | 'authorized'
  | 'captured'
  | 'undo'
  | 'give_up'
  | 'voided'
  | 'failed'
  | 'end'
  | 'refunding'
  | 'refunded';

type Row = Record<OrderSide, StepName>;
type Rows = Record<IntentSide, Row>;

const row = (undecided: StepName, won: StepName, dead: StepName): Row => ({ undecided, won, dead });

const all = (step: StepName): Row => row(step, step, step);

/** Whatever became of an ended payment, an intent that is open or paid all the same is undone. */
const ended: Rows = {
  unasked: all('wait'),
  found: all('adopt'),
  absent: all('wait'),
  missing: all('wait'),
  open: all('undo'),
  declined: all('undo'),
  processing: all('undo'),
  held: all('undo'),
  paid: all('refunding'),
  refund_pending: all('refunding'),
  refund_failed: all('refunding'),
  refunded: all('refunded'),
  canceled: all('wait'),
};

/**
 * The next step of a payment, every cell filled: own status, what Stripe shows, what the order wants (undecided, won,
 * dead). The README tells the same in words, and a test compares the two.
 */
export const TABLE: Record<PaymentStatus, Rows> = {
  started: {
    unasked: all('create'),
    found: all('adopt'),
    absent: row('recreate', 'tell', 'voided'),
    missing: all('tell'),
    open: row('wait', 'tell', 'undo'),
    declined: row('note', 'note', 'undo'),
    processing: row('wait', 'wait', 'undo'),
    held: row('authorized', 'authorized', 'undo'),
    paid: row('authorized', 'authorized', 'refunding'),
    refund_pending: all('refunding'),
    refund_failed: row('authorized', 'authorized', 'refunding'),
    refunded: all('refunded'),
    canceled: row('failed', 'failed', 'voided'),
  },
  authorized: {
    unasked: all('tell'),
    found: all('adopt'),
    absent: all('tell'),
    missing: all('tell'),
    open: row('wait', 'give_up', 'undo'),
    declined: row('wait', 'give_up', 'undo'),
    processing: row('wait', 'wait', 'undo'),
    held: row('wait', 'capture', 'undo'),
    paid: row('wait', 'captured', 'refunding'),
    refund_pending: all('refunding'),
    refund_failed: row('wait', 'captured', 'refunding'),
    refunded: all('refunded'),
    canceled: row('failed', 'failed', 'voided'),
  },
  captured: {
    unasked: all('tell'),
    found: all('adopt'),
    absent: all('tell'),
    missing: all('tell'),
    open: all('tell'),
    declined: all('tell'),
    processing: all('tell'),
    held: all('tell'),
    paid: row('wait', 'wait', 'refunding'),
    refund_pending: all('refunding'),
    refund_failed: row('wait', 'wait', 'refunding'),
    refunded: all('refunded'),
    canceled: all('tell'),
  },
  voiding: {
    unasked: all('create'),
    found: all('adopt'),
    absent: all('end'),
    missing: all('tell'),
    open: all('cancel'),
    declined: all('cancel'),
    processing: all('wait'),
    held: all('cancel'),
    paid: all('refunding'),
    refund_pending: all('refunding'),
    refund_failed: all('refunding'),
    refunded: all('refunded'),
    canceled: all('end'),
  },
  refunding: {
    unasked: all('tell'),
    found: all('adopt'),
    absent: all('tell'),
    missing: all('tell'),
    open: all('undo'),
    declined: all('undo'),
    processing: all('wait'),
    held: all('undo'),
    paid: all('refund'),
    refund_pending: all('wait'),
    refund_failed: all('rerefund'),
    refunded: all('refunded'),
    canceled: all('end'),
  },
  voided: ended,
  failed: ended,
  refunded: {
    ...ended,
    open: all('tell'),
    declined: all('tell'),
    processing: all('tell'),
    held: all('tell'),
    paid: all('tell'),
    refunded: all('wait'),
  },
};
