import { createEvent, type AnyEvent } from '../../src/events';
import { newId } from '../../src/testing';
import { samples } from '../events/samples';

/** An OrderCreated of an order of its own, or of the one given. */
export function orderCreated(subject = newId(), version = 0): AnyEvent {
  const { data, ...rest } = samples.OrderCreated;
  return createEvent({
    ...rest,
    subject,
    idSuffix: version,
    data: { ...data, id: subject, version },
  });
}

export function ticketCreated(subject = newId()): AnyEvent {
  const { data, ...rest } = samples.TicketCreated;
  return createEvent({ ...rest, subject, data: { ...data, id: subject } });
}

export function orderCancelled(subject = newId(), version = 1): AnyEvent {
  const { data, ...rest } = samples.OrderCancelled;
  return createEvent({
    ...rest,
    subject,
    idSuffix: version,
    data: { ...data, id: subject, version },
  });
}

export const bytesOf = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

export const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
