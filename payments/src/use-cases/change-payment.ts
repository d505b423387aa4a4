import { faultPoint } from '@gittix/common/fault-points';
import { saveAggregate, stageEvent, type AggregateDocument } from '@gittix/common/outbox';
import type { PaymentDocument } from '../data/payment-model';
import { toState } from '../data/payment-state';
import type { Deps } from '../deps';
import type { Call } from '../domain/payment';
import type { Change, PaymentEvent } from '../domain/reconcile';
import { nextCheck } from '../domain/schedule';

type ChangeDeps = Pick<Deps, 'relay' | 'now' | 'logger'>;

/** Writes a change with its event. Rejects with VersionError when the document is no longer the one that was decided on. */
export async function changePayment(deps: ChangeDeps, doc: PaymentDocument, change: Change): Promise<void> {
  if (change.attention !== undefined) {
    deps.logger.error(
      { orderId: doc._id, intentId: doc.intentId, why: change.attention },
      'a payment needs a human',
    );
    doc.attention = change.attention;
  }
  if (change.status) doc.status = change.status;
  if (change.intent) {
    doc.intentId = change.intent.id;
    doc.set('clientSecret', change.intent.clientSecret);
  }
  if (change.failure !== undefined) doc.set('failure', change.failure ?? undefined);
  if (change.verdict) doc.verdict = change.verdict;
  if (change.authorizedAt) doc.authorizedAt = change.authorizedAt;
  await commit(deps, doc, change.event);
}

/** Steps the try number of a call: its next request is a new one to Stripe. */
export async function renewTry(deps: ChangeDeps, doc: PaymentDocument, call: Call): Promise<void> {
  doc.tries[call] += 1;
  if (call === 'create') {
    doc.createKeyAt = deps.now();
    doc.createStuck = false;
  }
  await commit(deps, doc, 'PaymentUpdated');
}

/** From now on the intent is searched for; its create key gives nothing but the stored answer. */
export async function markCreateStuck(deps: ChangeDeps, doc: PaymentDocument): Promise<void> {
  doc.createStuck = true;
  await commit(deps, doc, 'PaymentUpdated');
}

/** Stages the event of the document's new state, and sets when the sweeper looks next: all land in one write. */
export function stageChange({ now }: Pick<Deps, 'now'>, doc: PaymentDocument, event: PaymentEvent): void {
  const at = now();
  doc.checks = 0;
  doc.set('nextCheckAt', nextCheck(doc.status, 0, at));
  // Its id is the order's, a string; else it is an aggregate as any other.
  stageEvent(doc as unknown as AggregateDocument, {
    type: event,
    at,
    toData: (version) => toState(doc, version),
  });
}

async function commit(deps: ChangeDeps, doc: PaymentDocument, event: PaymentEvent): Promise<void> {
  stageChange(deps, doc, event);
  await saveAggregate(deps.relay, doc, { saved });
  deps.logger.info({ orderId: doc._id, status: doc.status, event, version: doc.version }, 'payment changed');
}

function saved({ status }: PaymentDocument): Promise<void> | void {
  switch (status) {
    case 'started':
      return faultPoint('payments.adopt.saved');
    case 'authorized':
      return faultPoint('payments.authorize.saved');
    case 'captured':
      return faultPoint('payments.charge.saved');
    case 'voiding':
      return faultPoint('payments.undo.saved');
    case 'voided':
      return faultPoint('payments.void.saved');
    case 'failed':
      return faultPoint('payments.fail.saved');
    case 'refunding':
      return faultPoint('payments.give-back.saved');
    case 'refunded':
      return faultPoint('payments.refunded.saved');
  }
}
