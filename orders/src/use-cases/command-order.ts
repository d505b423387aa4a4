import type { Order } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';
import { faultPoint } from '@gittix/common/fault-points';
import { changeAggregate, type SaveMoments } from '@gittix/common/outbox';
import { toFacts, toResource, type OrderDocument } from '../data';
import type { Deps } from '../deps';
import { decide, type Command, type Person } from '../domain/order';
import { findOrder } from './find-order';
import { stageChange } from './stage-change';

type CommandDeps = Pick<Deps, 'orders' | 'relay' | 'now' | 'ttlMs'>;
interface Input {
  orderId: string;
  by: Person;
}

/** The buyer gets more time. */
export function extendOrder(deps: CommandDeps, input: Input): Promise<Order> {
  const command: Command = { type: 'extend', by: input.by, ttlMs: deps.ttlMs };
  return commandOrder(deps, input.orderId, command, {
    saving: () => faultPoint('orders.extend.saving'),
    saved: () => faultPoint('orders.extend.saved'),
  });
}

/** The buyer or an operator gives the tickets back; doing it again answers the cancelled order. */
export function cancelOrder(deps: CommandDeps, input: Input): Promise<Order> {
  const command: Command = { type: 'cancel', by: input.by };
  return commandOrder(deps, input.orderId, command, {
    saving: () => faultPoint('orders.cancel.saving'),
    saved: () => faultPoint('orders.cancel.saved'),
  });
}

async function commandOrder(
  deps: CommandDeps,
  orderId: string,
  command: Command,
  moments: SaveMoments<OrderDocument>,
): Promise<Order> {
  const { doc } = await changeAggregate({
    relay: deps.relay,
    load: () => findOrder(deps, orderId),
    decide: (order) => {
      const now = deps.now();
      const decision = decide(toFacts(order), command, now);
      if (decision.kind === 'refused') throw new AppError(decision.code);
      if (decision.kind === 'change') stageChange(order, decision.change, now);
      return decision.kind === 'change';
    },
    moments,
  });
  return toResource(doc);
}
