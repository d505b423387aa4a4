import { explore, type SearchOptions } from '../../src/search/explore';
import { SMALLEST } from '../../src/search/plan';
import { PLANTED_BUGS, TRUSTS_OLD_ANSWERS, type BugName } from '../../src/search/planted-bugs';
import { PRODUCTION } from '../../src/search/rules';

const search = (change: Partial<SearchOptions> = {}) =>
  explore({ ...SMALLEST, rules: PRODUCTION, ...change });

/** Every durable state of an order that was met. */
const durable = ({ moves }: ReturnType<typeof explore>) =>
  moves.sagas.values.map((saga) => JSON.stringify(saga)).sort();

describe('the sale of one ticket, as built, in every state it can get into', () => {
  it.each<[string, Partial<SearchOptions>, number]>([
    [
      'one worker each, Stripe answers 500 or refuses once, an operator refunds',
      { trouble: 1, operator: true },
      10_000,
    ],
    ['two payment workers', { paymentWorkers: 2 }, 20_000],
    [
      'two workers each, trouble and an operator',
      { orderWorkers: 2, paymentWorkers: 2, trouble: 1, operator: true },
      200_000,
    ],
    ['two buyers', { orders: 2 }, 400_000],
  ])('is right with %s', (_name, change, atLeast) => {
    const result = search(change);
    expect(result.violation).toBeUndefined();
    expect(result.exhausted).toBe(true);
    expect(result.states).toBeGreaterThan(atLeast);
  });

  it('gets to every end: sold, expired, cancelled, given back, given up', () => {
    const ends = search({ trouble: 1, operator: true }).moves.sagas.values.map(
      ({ order, payment, intent }) => `${order?.status} ${payment?.status} ${intent}`,
    );
    expect(ends).toEqual(
      expect.arrayContaining([
        'complete captured paid',
        'expired voided canceled',
        'cancelled voided canceled',
        'cancelled failed canceled',
        'refunded refunded refunded',
      ]),
    );
  });

  it('leaves no durable state out by the steps it leaves out', () => {
    const change = { paymentWorkers: 2 };
    const plain = search({ ...change, plain: true });
    const reduced = search(change);
    expect(plain.exhausted).toBe(true);
    expect(plain.states).toBeGreaterThan(reduced.states);
    expect(durable(reduced)).toEqual(durable(plain));
  });

  it('says so when it was not allowed to go on to the end', () => {
    expect(search({ mostStates: 100 })).toMatchObject({ exhausted: false });
  });
});

describe('a planted bug', () => {
  const found: Record<BugName, string> = {
    'expire-after-secured': 'a secured order expired',
    'capture-before-secured': 'captured while the order is created',
    'complete-before-captured': 'the order is complete, and its money is held',
    'no-void': 'the order is expired, and its money stays open',
    'no-capture-resume': 'the order stays secured for ever',
    'no-sweeper': 'the hold has lapsed, and nobody expires the order',
  };

  it.each(Object.entries(found) as [BugName, string][])('is found, with the way to it: %s', (name, why) => {
    const { violation } = search({ rules: PLANTED_BUGS[name] });
    expect(violation?.why).toBe(why);
    expect(violation?.trace[0]).toBe('the buyer reserves the ticket');
    expect(violation?.trace.length).toBeLessThanOrEqual(25);
  });

  it('that was no planted one is found again: a replica that trusts an old answer of Stripe', () => {
    const { violation } = search({ rules: TRUSTS_OLD_ANSWERS, paymentWorkers: 2, plain: true });
    expect(violation?.why).toBe('a sale that was won is given up, and the bank refused nothing');
  });

  it('of a unique index that is not one is found too', () => {
    const { violation } = search({ orders: 2, hasUniqueHolds: false });
    expect(violation).toEqual({
      why: 'two live orders have the one ticket',
      trace: ['order A: the buyer reserves the ticket', 'order B: the buyer reserves the ticket'],
    });
  });
});
