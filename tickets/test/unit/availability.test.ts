import type { OrderStatus } from '@gittix/common/api';
import type { AppError } from '@gittix/common/errors';
import {
  assertSellerMayChange,
  availability,
  forgettable,
  isNewer,
  type OrderEntry,
} from '../../src/domain/ticket';

const at = new Date('2026-06-01T12:00:00Z');
const entry = (status: OrderStatus, version = 0): OrderEntry => ({
  version,
  status,
  userId: 'b',
  expiresAt: new Date('2026-06-01T12:15:00Z'),
  at,
});
const orders = (...statuses: OrderStatus[]) =>
  new Map(statuses.map((status, index) => [`order-${index}`, entry(status)]));

describe('availability', () => {
  it.each<[OrderStatus[], boolean, string]>([
    [[], false, 'available'],
    [[], true, 'withdrawn'],
    [['created'], false, 'reserved'],
    [['secured'], true, 'reserved'],
    [['complete'], false, 'sold'],
    [['complete'], true, 'sold'],
    [['expired', 'created'], false, 'reserved'],
    [['created', 'complete'], false, 'sold'],
    [['cancelled', 'expired', 'refunded'], false, 'available'],
    [['cancelled', 'expired', 'refunded'], true, 'withdrawn'],
  ])('of orders %j, withdrawn %j, is %s', (statuses, withdrawn, expected) => {
    expect(availability(orders(...statuses), withdrawn ? at : undefined).status).toBe(expected);
  });

  it('names the order that holds the ticket and when the hold ends', () => {
    expect(availability(orders('expired', 'created'), undefined)).toEqual({
      status: 'reserved',
      orderId: 'order-1',
      reservedUntil: new Date('2026-06-01T12:15:00Z'),
    });
  });
});

describe('isNewer', () => {
  it('takes only a higher version than the one known', () => {
    expect(isNewer(entry('created', 0), undefined)).toBe(true);
    expect(isNewer(entry('cancelled', 2), entry('created', 1))).toBe(true);
    expect(isNewer(entry('cancelled', 1), entry('created', 1))).toBe(false);
    expect(isNewer(entry('cancelled', 0), entry('created', 1))).toBe(false);
  });
});

describe('forgettable', () => {
  it('lets go of dead orders after 15 days and of living ones never', () => {
    const known = orders('cancelled', 'expired', 'refunded', 'created', 'secured', 'complete');
    const later = (days: number) => new Date(at.getTime() + days * 86_400_000);
    expect(forgettable(known, later(15))).toEqual([]);
    expect(forgettable(known, later(16))).toEqual(['order-0', 'order-1', 'order-2']);
  });
});

describe('assertSellerMayChange', () => {
  const codeOf = (status: 'available' | 'reserved' | 'sold' | 'withdrawn', userId: string) => {
    try {
      assertSellerMayChange({ sellerId: 'seller', status }, userId);
    } catch (error) {
      return (error as AppError).code;
    }
    return undefined;
  };

  it('tells a stranger nothing but 403, and the seller the reason', () => {
    for (const status of ['available', 'reserved', 'sold', 'withdrawn'] as const) {
      expect(codeOf(status, 'stranger')).toBe('forbidden');
    }
    expect(codeOf('available', 'seller')).toBeUndefined();
    expect(codeOf('reserved', 'seller')).toBe('ticket_reserved');
    expect(codeOf('sold', 'seller')).toBe('ticket_sold');
    expect(codeOf('withdrawn', 'seller')).toBe('ticket_withdrawn');
  });
});
