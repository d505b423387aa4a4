import type { Operation } from '../../../torture/src/evidence/evidence';
import type { Judgement } from '../../src/operations/judge';
import { fresh, withoutEvent } from '../../src/operations/judge';
import { complaints, type Outcome, tellOutcome } from '../../src/operations/perform';
import { toMarkdown } from '../../src/operations/report';
import { between, tally, tellFailed, tellTally } from '../../src/operations/tally';

const request = (status: number | undefined, over: Partial<Operation> = {}): Operation => ({
  ...{
    id: 1,
    client: 'buyer-1',
    userId: 'u',
    role: 'buyer',
    kind: 'reserve',
    startedAt: 1_000,
    endedAt: 1_020,
  },
  outcome: status === undefined || status >= 500 ? 'unknown' : status < 300 ? 'ok' : 'fail',
  ...(status !== undefined && { status }),
  ...over,
});

describe('the tally of requests', () => {
  it('counts as failed what got no answer or a fault of a server, and never a refusal', () => {
    const counted = tally([request(201), request(409), request(503), request(undefined), request(502)]);
    expect(counted).toEqual({
      requests: 5,
      failed: 3,
      byStatus: { 201: 1, 409: 1, 502: 1, 503: 1, 'no answer': 1 },
      slowestMs: 20,
    });
    expect(tellTally(counted)).toBe(
      '5 requests, 3 failed (1 x 201, 1 x 409, 1 x 502, 1 x 503, 1 x no answer), slowest 20 ms',
    );
  });

  it('takes all that were under way meanwhile, also what began before and ended after', () => {
    const at = (startedAt: number, endedAt: number) => request(200, { startedAt, endedAt });
    const all = [at(0, 9), at(5, 15), at(12, 13), at(18, 30), at(21, 22), at(0, 99)];
    expect(between(all, 10, 20)).toEqual([all[1], all[2], all[3], all[5]]);
  });

  it('tells of a failed one what it takes to find it in logs', () => {
    expect(tellFailed(request(503, { target: 't1', code: 'unavailable' }))).toBe(
      '00:00:01.000-00:00:01.020 buyer-1 reserve t1 503 unavailable',
    );
    expect(tellFailed(request(undefined, { error: 'socket hang up' }))).toMatch(/ no answer socket hang up$/);
  });
});

const judgement: Judgement = {
  ...{ quietAfterMs: 4_000, orders: 7, ordersWithoutEvent: [] },
  invariants: [{ name: 'I1', says: 'one holder per ticket', checked: 9, violations: [] }],
};
const enough = Array.from({ length: 20 }, () => request(200));
const step = (requests: Operation[]) => ({ what: 'orders: rolled', seconds: 1, seen: tally(requests) });

describe('what an operation is complained of', () => {
  const complain = (mayFail: boolean, requests: Operation[], over: Partial<Judgement> = {}) =>
    complaints({ mayFail }, { requests, steps: [step(enough)], judgement: { ...judgement, ...over } });

  it('is nothing when nobody noticed anything', () => {
    expect(complain(false, enough)).toEqual([]);
  });

  it.each([[502], [503], [undefined]])(
    'is an answer of %p where nobody may notice, and only there',
    (status) => {
      expect(complain(false, [...enough, request(status)])).toEqual([
        expect.stringMatching(/^failed: .*buyer-1/),
      ]);
      expect(complain(true, [...enough, request(status)])).toEqual([]);
    },
  );

  it('is a 500 wherever it comes', () => {
    expect(complain(true, [request(500)])).toEqual([expect.stringMatching(/^failed: .* 500$/)]);
  });

  it('is a step that hardly anybody saw', () => {
    expect(complaints({ mayFail: true }, { requests: [], steps: [step([])], judgement })).toEqual([
      'too little is proven: 0 requests while orders: rolled',
    ]);
  });

  it('is an order without its event, and what an invariant found', () => {
    const violations = [{ about: 'ticket t1', story: ['held twice', 'by o1 and o2'] }];
    const invariants = [{ name: 'I1', says: 'one holder per ticket', checked: 1, violations }];
    expect(complain(true, [], { invariants, ordersWithoutEvent: ['order.o1.2'] })).toEqual([
      'an order without its event order.o1.2',
      'I1 ticket t1: held twice | by o1 and o2',
    ]);
  });
});

describe('a violation', () => {
  it('is blamed on one operation only, although everything is judged after each', () => {
    const known = new Set<string>();
    const judged = (...abouts: string[]) => [
      { ...{ name: 'I1', says: '' }, checked: 9, violations: abouts.map((about) => ({ about, story: [] })) },
    ];
    const abouts = (...all: string[]) =>
      fresh(judged(...all), known).flatMap(({ violations }) => violations.map(({ about }) => about));
    expect(abouts('ticket a')).toEqual(['ticket a']);
    expect(abouts('ticket a', 'ticket b')).toEqual(['ticket b']);
  });
});

describe('orders without their events', () => {
  const order = (id: string, version: number) => ({ id, version }) as never;
  const event = (id: string, lost?: true) => ({ envelope: { id }, ...(lost && { lost }) }) as never;

  it('are those with a version that neither the stream nor a lost store has', () => {
    const stream = [event('order.a.0', true), event('order.a.1'), event('order.b.1')];
    expect(withoutEvent({ orders: [order('a', 1), order('b', 1)], stream })).toEqual(['order.b.0']);
  });
});

describe('the report', () => {
  const outcome: Outcome = {
    ...{
      name: 'rollout',
      title: 'a rolling update',
      seconds: 61,
      seen: tally(enough),
      failures: [],
      judgement,
    },
    ...{ steps: [step(enough)], problems: [] },
  };

  it('has a line per operation and a table of its steps', () => {
    const text = toMarkdown([outcome], new Date(0));
    expect(text).toContain('| a rolling update | 61 | 20 | 0 | 7 | 0 | 9 | 0 | 0 |');
    expect(text).toContain('| orders: rolled | 1 | 20 | 0 | 200: 20 | 20 |');
    expect(text).not.toContain('## Problems');
  });

  it('shows the first ten problems and how many there are', () => {
    const problems = Array.from({ length: 12 }, (_, index) => `problem ${index}`);
    const text = toMarkdown([{ ...outcome, problems }], new Date(0));
    expect(text).toContain('## Problems: a rolling update\n\n- problem 0\n');
    expect(text).toMatch(/- problem 9\n- and 2 more/);
  });

  it('says that something was not judged', () => {
    const unjudged = { ...outcome, judgement: undefined, problems: ['not within 180 s: …'] };
    expect(toMarkdown([unjudged], new Date(0))).toContain('| ? | ? | ? | ? | 1 |');
    expect(tellOutcome(unjudged)).toMatch(/; not judged; 61 s; 1 PROBLEMS$/);
  });
});
