import type { Evidence } from '../src/evidence/evidence';
import { INVARIANTS } from '../src/invariants';
import { answerOf, at, cleanEvidence, eventOf, orderOf, the } from './support/clean-evidence';

type Planted = [what: string, plant: (evidence: Evidence) => unknown];

const revive = (evidence: Evidence, id: string) => {
  const order = orderOf(evidence, id);
  order.status = 'complete';
  order.timeline = [...order.timeline.slice(0, 1), { at: at(9), event: 'OrderCompleted', by: 'payments' }];
};

/** Per invariant: what must be found, each planted alone in a clean run. */
const PLANTED: Record<string, Planted[]> = {
  quiet: [
    [
      'an outbox that never empties',
      ({ quiet }) => void Object.assign(quiet, { reached: false, left: ['1 outbox'] }),
    ],
  ],
  I1: [
    [
      'two orders that held one ticket for a while, both dead now',
      (evidence) => {
        the(orderOf(evidence, 'expired').timeline.at(-1)).at = at(11.5);
      },
    ],
    [
      'a hold that only a client was told of',
      (evidence) => {
        evidence.stream = evidence.stream.filter(({ envelope }) => envelope?.subject !== 'cancelled');
        the(orderOf(evidence, 'expired').timeline.at(-1)).at = at(11.5);
      },
    ],
  ],
  I2: [
    ['a version without event', (evidence) => drop(evidence, 'order.complete.1')],
    [
      'two events of one version',
      (evidence) => {
        const twin = structuredClone(eventOf(evidence, 'order.complete.1'));
        the(twin.envelope).data.status = 'cancelled';
        evidence.stream.push(twin);
      },
    ],
    [
      'a step without a line in the timeline',
      (evidence) => void orderOf(evidence, 'complete').timeline.pop(),
    ],
  ],
  I3: [['a ticket sold twice', (evidence) => revive(evidence, 'expired')]],
  I4: [
    ['money of a dead order', (evidence) => void (orderOf(evidence, 'complete').status = 'cancelled')],
    ['money of nobody', ({ ledger }) => void delete the(ledger.intents[1]).metadata.orderId],
    ['money of another person', ({ ledger }) => void (the(ledger.intents[1]).metadata.userId = 'thief')],
    ['another amount', ({ ledger }) => void (the(ledger.charges[1]).amount = 1)],
    [
      'money taken before the order was secured',
      ({ ledger }) => void (the(ledger.charges[1]).capturedAt = at(21.9)),
    ],
    [
      'an order that was dead while its money was taken, seen only meanwhile',
      ({ looks }) => {
        const [look] = looks;
        the(the(look).orders.find(({ id }) => id === 'complete')).status = 'expired';
      },
    ],
  ],
  I5: [
    ['a complete order nobody paid', ({ ledger }) => void (the(ledger.charges[1]).captured = false)],
    [
      'a complete order whose money went back',
      ({ ledger }) => void (the(ledger.charges[1]).amountRefunded = 2_000),
    ],
    ['an order that stays secured', (evidence) => void (orderOf(evidence, 'complete').status = 'secured')],
  ],
  I6: [
    ['a card still held', ({ ledger }) => void (the(ledger.intents[0]).status = 'requires_capture')],
    [
      'an intent still open',
      ({ ledger }) => void (the(ledger.intents[0]).status = 'requires_payment_method'),
    ],
    ['money kept', ({ ledger }) => void (the(ledger.charges[0]).captured = true)],
    [
      'an intent of no order',
      ({ ledger }) =>
        void Object.assign(the(ledger.intents[0]), { status: 'requires_capture', metadata: {} }),
    ],
  ],
  I7: [
    ['two captures', ({ ledger }) => void (the(ledger.charges[1]).captures = 2)],
    [
      'two charges of one order',
      ({ ledger }) => void ledger.charges.push({ ...the(ledger.charges[1]), id: 'ch_second' }),
    ],
    [
      'two refunds',
      ({ ledger }) => {
        const refund = { chargeId: 'ch_complete', status: 'succeeded', amount: 2_000 };
        ledger.refunds.push({ ...refund, id: 're_1' }, { ...refund, id: 're_2' });
      },
    ],
  ],
  I8: [
    ['a total that is no sum', (evidence) => void (the(orderOf(evidence, 'expired').items[0]).price = 1)],
    ['an intent about another amount', ({ ledger }) => void (the(ledger.intents[0]).amount = 1)],
    ['a payment about another amount', ({ payments }) => void (the(payments[0]).amount = 1)],
  ],
  I9: [
    ['an event that never left', ({ tickets }) => void the(tickets[0]).outbox.push('ticket.ticket.2')],
    ['an event that was lost', (evidence) => drop(evidence, 'ticket.ticket.1')],
    [
      'a newest event that was lost with a store and not published again',
      (evidence) => {
        for (const event of evidence.stream) event.lost = true;
        for (const event of structuredClone(evidence.stream)) {
          delete event.lost;
          if (event.envelope?.id !== 'ticket.ticket.2') evidence.stream.push(event);
        }
      },
    ],
    [
      'after a wipe, an event in the middle that was in no store',
      (evidence) => {
        wipe(evidence);
        drop(evidence, 'ticket.ticket.1');
      },
    ],
  ],
  I10: [
    ['an event of no order', (evidence) => void evidence.orders.shift()],
    [
      'an event that was never committed',
      (evidence) => {
        const { envelope } = eventOf(evidence, 'order.expired.1');
        Object.assign(the(envelope), { id: 'order.expired.2' });
        the(envelope).data.version = 2;
      },
    ],
    [
      'an event that tells another state',
      (evidence) => void (the(eventOf(evidence, 'ticket.ticket.2').envelope).data.status = 'available'),
    ],
    [
      'an event of another past',
      (evidence) =>
        void (the(eventOf(evidence, 'order.complete.0').envelope).data.timeline = [
          { event: 'OrderSecured' },
        ]),
    ],
    [
      'bytes that nobody planted',
      (evidence) => void evidence.stream.push({ ...the(evidence.stream[0]), envelope: undefined, body: '?' }),
    ],
  ],
  I11: [
    [
      'a copy that is behind',
      ({ copies }) => void (the(copies.find(({ of }) => of === 'order')).state.version = 0),
    ],
    ['a copy that was never made', ({ copies }) => void copies.pop()],
    ['a copy of nothing', ({ copies }) => void (the(copies[0]).state.id = 'nobody')],
    ['a sold ticket that is offered', ({ tickets }) => void (the(tickets[0]).status = 'available')],
    ['a ticket that missed an order', ({ tickets }) => void delete the(tickets[0]).orders.cancelled],
  ],
  I12: [
    [
      'an acknowledged order that is gone',
      (evidence) => void (answerOf(evidence, 'reserve').answer = { id: 'gone', version: 0 }),
    ],
    [
      'an answer that was never committed',
      (evidence) => void (the(answerOf(evidence, 'show-order').answer).status = 'expired'),
    ],
    ['a cancel that did not last', (evidence) => void (orderOf(evidence, 'cancelled').status = 'expired')],
    [
      'a withdrawal that did not last',
      (evidence) =>
        void Object.assign(answerOf(evidence, 'list', 'seller'), { kind: 'withdraw', target: 'ticket' }),
    ],
    ['an account that is gone', ({ users }) => void users.shift()],
    ['a payment that is gone', ({ payments }) => void payments.pop()],
    [
      'a refund that did not last',
      (evidence) => Object.assign(answerOf(evidence, 'start-payment'), { kind: 'refund' }),
    ],
    [
      'a refused edit that is there',
      (evidence) => void (the(eventOf(evidence, 'ticket.ticket.1').envelope).data.title = 'Refused concert'),
    ],
    [
      'two tickets of one listing',
      (evidence) => {
        const { envelope } = eventOf(evidence, 'ticket.ticket.0');
        evidence.tickets.push({
          ...the(evidence.tickets[0]),
          last: { ...the(envelope).data, id: 'second', version: 0 },
        });
      },
    ],
    [
      'a refused reservation that is there',
      (evidence) => void (orderOf(evidence, 'expired').request = 'buyer:key-refused'),
    ],
    [
      'two orders under one key',
      (evidence) => void (orderOf(evidence, 'expired').request = 'buyer:key-complete'),
    ],
    [
      'two answers under one key',
      ({ operations }) => {
        const [first, second] = operations.filter(({ kind }) => kind === 'reserve');
        the(second).idempotencyKey = the(the(first).idempotencyKey);
      },
    ],
  ],
  I13: [['an order nobody ended', (evidence) => void (orderOf(evidence, 'expired').status = 'created')]],
  I14: [
    [
      'an order that expired early',
      (evidence) => void (the(orderOf(evidence, 'expired').timeline.at(-1)).at = at(7.9)),
    ],
  ],
  I15: [
    [
      'a message given up',
      ({ deadLetters }) =>
        void deadLetters.push({ service: 'orders', id: 'x', reason: 'gave up', body: '{}' }),
    ],
    ['poison that one service lost', ({ deadLetters }) => void deadLetters.pop()],
    [
      'poison that one service kept twice',
      ({ deadLetters }) => void deadLetters.push({ ...the(deadLetters[0]), id: 'again' }),
    ],
    ['poison that blocked others', ({ poison }) => void (the(poison[0]).othersFlowed = false)],
  ],
  I16: [
    ['a thief who was served', (evidence) => void (answerOf(evidence, 'edit', 'thief').status = 200)],
    [
      'a thief who learned of a conflict',
      (evidence) => void (answerOf(evidence, 'edit', 'thief').status = 409),
    ],
    [
      "a thief's title in the stream",
      (evidence) => void (the(eventOf(evidence, 'ticket.ticket.1').envelope).data.title = 'Stolen concert'),
    ],
    [
      'an order ended by a thief',
      (evidence) => void (the(orderOf(evidence, 'cancelled').timeline[1]).by = 'buyer:thief'),
    ],
    ['a payment begun by a thief', ({ payments }) => void (the(payments[0]).userId = 'thief')],
  ],
  I19: [
    [
      'a secret in a log',
      ({ logs }) => void logs.push({ where: 'log of auth-1', what: 'a password', excerpt: '…' }),
    ],
    ['a stack in an answer', ({ operations }) => void (the(operations[0]).leaks = ['a stack'])],
  ],
  I20: [
    [
      'a process that ended with an error',
      ({ processes }) => void the(processes[1]).ends.push('ended with code 1'),
    ],
    ['a kill that was not ours', ({ processes }) => void the(processes[0]).ends.push('ended with SIGKILL')],
    ['one restart too many', ({ processes }) => void (the(processes[1]).restarts = 1)],
    [
      'a last word in the log',
      ({ processes }) => void the(processes[1]).fatalLines.push('{"level":"fatal"}'),
    ],
  ],
  'no-hang': [
    [
      'an answer after 11 s',
      ({ operations: [first] }) => Object.assign(the(first), { endedAt: the(first).startedAt + 11_000 }),
    ],
    [
      'somebody who left after 11 s without an answer',
      ({ operations: [first] }) => {
        const { status: _none, ...gone } = the(first);
        Object.assign(the(first), gone, { outcome: 'unknown', endedAt: gone.startedAt + 11_000 });
      },
    ],
  ],
  'no-500': [
    [
      'an answer 500',
      ({ operations }) => void Object.assign(the(operations[0]), { outcome: 'unknown', status: 500 }),
    ],
    [
      'another fault than 500 where a fault point threw',
      ({ operations }) =>
        void Object.assign(the(operations[0]), {
          ...{ outcome: 'unknown', status: 502, thrownAt: 'auth.signup.saved' },
        }),
    ],
  ],
};

/** Everything is in a store that was taken away; the stream of now has the newest of each aggregate. */
function wipe(evidence: Evidence): void {
  for (const event of evidence.stream) event.lost = true;
  const newest = new Map(
    evidence.stream.map((event) => [event.envelope?.id.split('.').slice(0, 2).join('.'), event]),
  );
  for (const event of newest.values()) {
    const { lost: _lost, ...again } = structuredClone(event);
    evidence.stream.push({ ...again, seq: evidence.stream.length + 1 });
  }
}

function drop(evidence: Evidence, id: string): void {
  evidence.stream = evidence.stream.filter(({ envelope }) => envelope?.id !== id);
}

const check = (name: string, evidence: Evidence) =>
  the(INVARIANTS.find((one) => one.name === name)).check(evidence);

describe.each(INVARIANTS)('$name, $says', ({ name }) => {
  it('finds nothing in a clean run, having looked', () => {
    const { violations, checked } = check(name, cleanEvidence());
    expect(violations).toEqual([]);
    expect(checked).toBeGreaterThan(0);
  });

  it.each(PLANTED[name] ?? [])('finds %s', (_what, plant) => {
    const evidence = cleanEvidence();
    plant(evidence);
    const { violations } = check(name, evidence);
    expect(violations.length).toBeGreaterThan(0);
    for (const { about, story } of violations) expect([about, story.join('')]).not.toContain('');
  });
});

it('has planted violations for every invariant', () => {
  expect(Object.keys(PLANTED).sort()).toEqual(INVARIANTS.map(({ name }) => name).sort());
});

describe('no false alarm', () => {
  it('when a process paused between taking the time and inserting, so that the times overlap', () => {
    const evidence = cleanEvidence();
    orderOf(evidence, 'complete').createdAt = at(11.2);
    the(orderOf(evidence, 'complete').timeline[0]).at = at(11.2);
    expect(check('I1', evidence).violations).toEqual([]);
  });

  it('when a broker lost its store and was given the newest events again', () => {
    const evidence = cleanEvidence();
    wipe(evidence);
    for (const name of ['I1', 'I2', 'I9', 'I10', 'I12'])
      expect([name, check(name, evidence).violations]).toEqual([name, []]);
  });

  it('when a repeat under a key followed an unknown outcome', () => {
    const evidence = cleanEvidence();
    const reserve = answerOf(evidence, 'reserve');
    const { answer: _none, ...lost } = { ...reserve, outcome: 'unknown' as const, status: 503 };
    evidence.operations.push(lost);
    expect(check('I12', evidence).violations).toEqual([]);
  });

  it('when a withdrawal became known after the insert, so that the order of a refused request is there, cancelled', () => {
    const evidence = cleanEvidence();
    const order = orderOf(evidence, 'cancelled');
    order.request = 'buyer:key-refused';
    evidence.operations = evidence.operations.filter(
      ({ idempotencyKey }) => idempotencyKey !== 'key-cancelled',
    );
    expect(check('I12', evidence).violations).toHaveLength(1);
    the(order.timeline.at(-1)).reason = 'ticket_withdrawn';
    expect(check('I12', evidence).violations).toEqual([]);
  });

  it('when a fault point was told to throw into the very request that was answered 500', () => {
    const evidence = cleanEvidence();
    const operation = the(evidence.operations[0]);
    Object.assign(operation, { outcome: 'unknown', status: 500, thrownAt: 'auth.signup.saved' });
    expect(check('no-500', evidence).violations).toEqual([]);
  });

  it('when an order was refunded after the ledger was read and before the orders were', () => {
    const evidence = cleanEvidence();
    const order = the(the(evidence.looks[0]).orders.find(({ id }) => id === 'complete'));
    order.status = 'refunded';
    order.timeline.push({ at: at(31), event: 'OrderRefunded', by: 'payments' });
    expect(check('I4', evidence).violations).toEqual([]);
    the(order.timeline.at(-1)).at = at(29);
    expect(check('I4', evidence).violations).toHaveLength(1);
  });
});
