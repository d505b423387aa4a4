import { behind, toGroups } from '../src/evidence/stan-broker';
import { shortcomingsOf } from '../src/report';

describe('what a run falls short of', () => {
  const verdict = (name: string, checked: number) => ({ name, says: '', checked, violations: [] });
  const run = (minutes: number) => ({
    minutes,
    faults: {
      'kill:orders': { planned: 3, done: 3 },
      'network:cut:redis': { planned: 1, done: 1, hits: 4 },
    },
    invariants: [verdict('I1', 7)],
  });
  const wanted = ['kill:orders', 'network:cut:redis'];

  it('is nothing when all was met', () => {
    expect(shortcomingsOf(run(10), wanted)).toEqual([]);
  });

  it.each([1, 10])('is a fault that never hit, in %i minutes', (minutes) => {
    const report = run(minutes);
    report.faults['kill:orders'].done = 0;
    expect(shortcomingsOf(report, wanted)).toEqual(['planned and never done: kill:orders']);
  });

  it('is, in a long run only, a kind that met nothing or never came, and an invariant that checked nothing', () => {
    const poor = (minutes: number) => {
      const report = run(minutes);
      report.faults['network:cut:redis'].hits = 0;
      return { ...report, invariants: [verdict('I1', 0)] };
    };
    expect(shortcomingsOf(poor(3), [...wanted, 'redis:flush'])).toEqual([]);
    expect(shortcomingsOf(poor(5), [...wanted, 'redis:flush'])).toEqual([
      'never planned: redis:flush',
      'done and met nothing: network:cut:redis',
      'nothing to check: I1',
    ]);
  });
});

describe('the groups of NATS Streaming', () => {
  const member = (queue_name: string | undefined, last_sent: number, pending_count = 0) => ({
    ...(queue_name !== undefined && { queue_name }),
    ...{ last_sent, pending_count },
  });
  const left = (...subscriptions: ReturnType<typeof member>[]) =>
    behind(toGroups([{ name: 'gittix.order', last_seq: 9, subscriptions }]));
  const group = 'payments-OrderCreated:payments-OrderCreated';

  it('are through when one member had the last message and nobody owes an answer', () => {
    expect(left(member(group, 9), member(group, 4))).toEqual([]);
  });

  it('are behind when none had it', () => {
    expect(left(member(group, 8), member(group, 4))).toEqual([
      'payments-OrderCreated on gittix.order: 1 undelivered, 0 unacknowledged',
    ]);
  });

  it('are behind while any member owes an answer', () => {
    expect(left(member(group, 9), member(group, 4, 2))).toEqual([
      'payments-OrderCreated on gittix.order: 0 undelivered, 2 unacknowledged',
    ]);
  });

  it('are told apart, and replays belong to none', () => {
    expect(left(member(group, 9), member('x-OrderExpired:x-OrderExpired', 7), member(undefined, 1))).toEqual([
      'x-OrderExpired on gittix.order: 2 undelivered, 0 unacknowledged',
    ]);
  });
});
