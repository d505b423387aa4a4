import { AppError } from '@gittix/common/errors';
import { newId } from '@gittix/common/testing';
import { assess, distinctTickets, type TicketFacts } from '../../src/domain/reservation';

const now = new Date('2026-06-01T12:00:00Z');
const usd = (amount: number) => ({ amount, currency: 'usd' as const });
const buyerId = newId();
const ticket = (change: Partial<TicketFacts> = {}): TicketFacts => ({
  id: newId(),
  title: 'Evening show',
  price: usd(2500),
  sellerId: newId(),
  withdrawn: false,
  ...change,
});
const wish = (tickets: TicketFacts[]) => ({ buyerId, buyerBanned: false, tickets });

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'fine';
};

describe('distinctTickets', () => {
  it('drops repetitions and keeps the order', () => {
    expect(distinctTickets(['b', 'a', 'b', 'a'])).toEqual(['b', 'a']);
  });

  it('wants 1 to 8 different ones', () => {
    const ids = (count: number) => Array.from({ length: count }, (_, n) => `${n}`);
    expect(distinctTickets([...ids(8), ...ids(8)])).toHaveLength(8);
    expect(codeOf(() => distinctTickets(ids(9)))).toBe('ticket_count');
    expect(codeOf(() => distinctTickets([]))).toBe('ticket_count');
  });
});

describe('assess', () => {
  it('freezes titles and prices and adds them up', () => {
    const tickets = [ticket({ price: usd(2500) }), ticket({ price: usd(199), title: 'Matinee' })];
    const { items, total } = assess(wish(tickets), now);
    expect(total).toEqual(usd(2699));
    expect(items).toEqual(tickets.map(({ id, title, price }) => ({ ticketId: id, title, price })));
  });

  it.each([
    ['own_ticket', { sellerId: buyerId }],
    ['ticket_withdrawn', { withdrawn: true }],
    ['event_in_past', { startsAt: '2026-06-01T12:00:00.000Z' }],
    ['fine', { startsAt: '2026-06-01T14:00:00.001+02:00' }],
  ])('answers %s', (code, change) => {
    expect(codeOf(() => assess(wish([ticket(), ticket(change)]), now))).toBe(code);
  });

  it('refuses a banned buyer', () => {
    expect(codeOf(() => assess({ ...wish([ticket()]), buyerBanned: true }, now))).toBe('buyer_banned');
  });

  it('refuses another total than expected and tells the right one', () => {
    const offer = wish([ticket({ price: usd(2500) })]);
    expect(codeOf(() => assess({ ...offer, expectedTotal: usd(2500) }, now))).toBe('fine');
    expect(() => assess({ ...offer, expectedTotal: usd(2400) }, now)).toThrow(
      expect.objectContaining({ code: 'price_changed', details: { total: usd(2500) } }),
    );
  });
});
