import { z } from 'zod';
import { order } from '../api';

/** The whole public state of an order. */
export const orderState = z.strictObject(order.shape);
export type OrderState = z.infer<typeof orderState>;

export const orderEvents = {
  OrderCreated: orderState,
  OrderUpdated: orderState,
  OrderSecured: orderState,
  OrderCompleted: orderState,
  OrderCancelled: orderState,
  OrderExpired: orderState,
  OrderRefunded: orderState,
};

export const orderEventTypes = Object.keys(orderEvents) as (keyof typeof orderEvents)[];
