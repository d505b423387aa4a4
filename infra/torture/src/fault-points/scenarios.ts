import { brokerOf } from '../evidence/open-broker';
import { plantPoison } from '../evidence/poison';
import { sourcesOf } from '../evidence/sources';
import { loseStream } from './lose-stream';
import type { Stage } from './stage';
import { whilePaused } from './while-paused';

/** Prepares what must be there before, and answers with what then leads past the point. */
export type Provocation = (stage: Stage) => Promise<() => Promise<unknown>>;

export interface Scenario {
  provoke: Provocation;
  /** The point lies on the way of a client's request: what is thrown there is answered 500, and nowhere else. */
  inRequest?: true;
  /** Takes the broker's store away; each is read again whenever the run is judged, so such scenarios come last. */
  losesStream?: true;
}

/** Nothing to prepare. */
const atOnce =
  (act: (stage: Stage) => Promise<unknown>): Provocation =>
  (stage) =>
    Promise.resolve(() => act(stage));

const signUp = atOnce((stage) => stage.signUp());
const list = atOnce((stage) => stage.list());
const edit: Provocation = async (stage) => {
  const ticketId = await stage.list();
  return () => stage.edit(ticketId);
};
const withdraw: Provocation = async (stage) => {
  const ticketId = await stage.list();
  return () => stage.withdraw(ticketId);
};
const reserve: Provocation = async (stage) => {
  const ticketId = await stage.list();
  return async () => stage.cancel(await stage.reserve(ticketId));
};
const cancel: Provocation = async (stage) => {
  const order = await stage.reserved();
  return () => stage.cancel(order);
};
const extend: Provocation = async (stage) => {
  const order = await stage.reserved();
  return async () => stage.cancel(await stage.extend(order));
};
/** Reserved and left. */
const expire = atOnce((stage) => stage.reserved());
/** The withdrawal and the reservation meet: neither service has heard of the other's when it decides. */
const revoke: Provocation = async (stage) => {
  const ticketId = await stage.list();
  await stage.knownToOrders(ticketId);
  return () =>
    whilePaused(stage.signals, [brokerOf(stage.instance).process], async () => {
      await stage.withdraw(ticketId);
      await stage.reserve(ticketId);
    });
};
const startPayment: Provocation = async (stage) => {
  const order = await stage.reserved();
  return async () => stage.confirm(await stage.start(order), 'pm_card_visa');
};
const pay: Provocation = async (stage) => {
  const begun = await stage.started();
  return () => stage.confirm(begun, 'pm_card_visa');
};
const captureFails: Provocation = async (stage) => {
  const begun = await stage.started();
  return () => stage.confirm(begun, 'pm_card_captureFail');
};
const giveUpPaying: Provocation = async (stage) => {
  const begun = await stage.started();
  return () => stage.cancel(begun);
};
/** Begun and left, for longer than payments leaves a payment alone. */
const leavePayment = atOnce((stage) => stage.started());
/** Captured in Stripe's dashboard while the order was being cancelled. */
const owe: Provocation = async (stage) => {
  const begun = await stage.started();
  const payments = stage.instance.names.filter((name) => name.startsWith('payments-'));
  return () =>
    whilePaused(stage.signals, payments, async () => {
      await stage.confirm(begun, 'pm_card_visa');
      await stage.captureByHand(begun);
      await stage.cancel(begun);
    });
};
const refund: Provocation = async (stage) => {
  const order = await stage.sold();
  return () => stage.refund(order);
};
const poison = atOnce(async (stage) => stage.poison.push(await plantPoison(sourcesOf(stage.instance))));
const lose = atOnce(async (stage) => stage.lostStores.push(await loseStream(stage.instance, stage.signals)));

const inRequest = true;
const losesStream = true;

/** How each point is reached. A test holds this table against the points in the source. */
export const SCENARIOS: Record<string, Scenario> = {
  'auth.signup.saving': { provoke: signUp, inRequest },
  'auth.signup.saved': { provoke: signUp, inRequest },

  'tickets.list.saving': { provoke: list, inRequest },
  'tickets.list.saved': { provoke: list, inRequest },
  'tickets.edit.saving': { provoke: edit, inRequest },
  'tickets.edit.saved': { provoke: edit, inRequest },
  'tickets.withdraw.saving': { provoke: withdraw, inRequest },
  'tickets.withdraw.saved': { provoke: withdraw, inRequest },
  'tickets.order.saved': { provoke: reserve },

  'orders.reserve.saving': { provoke: reserve, inRequest },
  'orders.reserve.saved': { provoke: reserve, inRequest },
  'orders.reserve.confirming': { provoke: reserve, inRequest },
  'orders.cancel.saving': { provoke: cancel, inRequest },
  'orders.cancel.saved': { provoke: cancel, inRequest },
  'orders.extend.saving': { provoke: extend, inRequest },
  'orders.extend.saved': { provoke: extend, inRequest },
  'orders.expire.saved': { provoke: expire },
  'orders.secure.saved': { provoke: pay },
  'orders.complete.saved': { provoke: pay },
  'orders.fail.saved': { provoke: captureFails },
  'orders.revoke.saved': { provoke: revoke },
  'orders.refund.saved': { provoke: refund },
  'orders.ticket-copy.written': { provoke: list },
  'orders.user-copy.written': { provoke: signUp },
  'orders.payment-copy.written': { provoke: pay },
  'orders.sweep.begun': { provoke: expire },

  'payments.start.saving': { provoke: startPayment, inRequest },
  'payments.start.saved': { provoke: startPayment, inRequest },
  'payments.create.calling': { provoke: startPayment, inRequest },
  'payments.create.called': { provoke: startPayment, inRequest },
  'payments.adopt.saved': { provoke: startPayment, inRequest },
  'payments.authorize.saved': { provoke: pay },
  'payments.capture.calling': { provoke: pay },
  'payments.capture.called': { provoke: pay },
  'payments.charge.saved': { provoke: pay },
  'payments.undo.saved': { provoke: giveUpPaying },
  'payments.cancel.calling': { provoke: giveUpPaying },
  'payments.cancel.called': { provoke: giveUpPaying },
  'payments.void.saved': { provoke: giveUpPaying },
  'payments.fail.saved': { provoke: captureFails },
  'payments.give-back.saved': { provoke: owe },
  'payments.operator-refund.saving': { provoke: refund, inRequest },
  'payments.operator-refund.saved': { provoke: refund, inRequest },
  'payments.refund.calling': { provoke: refund },
  'payments.refund.called': { provoke: refund },
  'payments.refunded.saved': { provoke: refund },
  'payments.order-copy.written': { provoke: reserve },
  'payments.webhook.taking': { provoke: pay },
  'payments.webhook.taken': { provoke: pay },
  'payments.sweep.claimed': { provoke: leavePayment },

  'relay.event.publishing': { provoke: reserve },
  'relay.event.published': { provoke: reserve },
  'relay.event.pulled': { provoke: reserve },
  'delivery.event.handling': { provoke: pay },
  'delivery.event.handled': { provoke: pay },
  'delivery.dead-letter.storing': { provoke: poison },
  'delivery.dead-letter.stored': { provoke: poison },

  'expiration.deadline.adding': { provoke: reserve },
  'expiration.deadline.added': { provoke: reserve },
  'expiration.hint.publishing': { provoke: expire },
  'expiration.hint.published': { provoke: expire },

  'republish.page.sending': { provoke: lose, losesStream },
  'republish.page.sent': { provoke: lose, losesStream },
  'republish.stream.remembered': { provoke: lose, losesStream },
};
