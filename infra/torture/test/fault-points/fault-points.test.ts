import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callsIn, discoverPoints } from '../../src/fault-points/discover';
import { choosePoints, readOptions } from '../../src/fault-points/options';
import { planScenarios, SAMPLE } from '../../src/fault-points/plan';
import { type FaultReport, faultsFound, tell } from '../../src/fault-points/report';
import type { Outcome } from '../../src/fault-points/run-scenario';
import { SCENARIOS } from '../../src/fault-points/scenarios';
import { ACTIONS, Switchboard } from '../../src/fault-points/switchboard';

const ROOT = join(__dirname, '../../../..');

describe('the fault points of the sources', () => {
  const { points, problems } = discoverPoints(ROOT);

  it('are unique literals of the form part.step.moment, each awaited', () => {
    expect(problems).toEqual([]);
    expect(new Set(points).size).toBe(points.length);
    expect(points.length).toBeGreaterThanOrEqual(40);
  });

  it('each have a scenario, and no scenario is for a point that is gone', () => {
    expect(Object.keys(SCENARIOS).sort()).toEqual(points);
  });

  it('are in every service, the relay, the delivery and republish', () => {
    expect([...new Set(points.map((point) => point.split('.')[0]))]).toEqual([
      'auth',
      'delivery',
      'expiration',
      'orders',
      'payments',
      'relay',
      'republish',
      'tickets',
    ]);
  });
});

describe('reading a source', () => {
  const problemsOf = (text: string) => callsIn('x.ts', text).map(({ problem }) => problem);

  it('takes awaited and returned calls', () => {
    const text = `
      async function run() { await faultPoint('a.b.c'); return x ? faultPoint('a.b.d') : faultPoint('a.b.e'); }
      const table = { saved: () => faultPoint('a.b.f') };`;
    expect(callsIn('x.ts', text).map(({ name }) => name)).toEqual(['a.b.c', 'a.b.d', 'a.b.e', 'a.b.f']);
    expect(problemsOf(text)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('tells of computed names and of calls that nobody waits for', () => {
    expect(problemsOf('await faultPoint(`a.${step}.c`)')).toEqual(['the name is no literal']);
    expect(problemsOf('await faultPoint(name)')).toEqual(['the name is no literal']);
    expect(problemsOf("void faultPoint('a.b.c'); faultPoint('a.b.d');")).toEqual([
      'a.b.c is neither awaited nor returned',
      'a.b.d is neither awaited nor returned',
    ]);
  });
});

describe('the plan', () => {
  const all = planScenarios(SCENARIOS, { points: Object.keys(SCENARIOS), actions: ACTIONS });
  const key = ({ point, action }: { point: string; action: string }) => `${action} ${point}`;

  it('has each point with each action exactly once', () => {
    const wanted = Object.keys(SCENARIOS).flatMap((point) => ACTIONS.map((action) => key({ point, action })));
    expect(all.map(key).sort()).toEqual(wanted.sort());
  });

  it('leaves to the end what takes the history of the stream with it', () => {
    const losing = all.map(({ point }) => SCENARIOS[point]?.losesStream === true);
    expect(losing.lastIndexOf(false)).toBeLessThan(losing.indexOf(true));
  });

  it('holds to the chosen points and actions', () => {
    const chosen = choosePoints(Object.keys(SCENARIOS), ['payments.capture', 'auth.signup.saved']);
    const planned = planScenarios(SCENARIOS, { points: chosen, actions: ['hang'] });
    expect(planned.map(key).sort()).toEqual([
      'hang auth.signup.saved',
      'hang payments.capture.called',
      'hang payments.capture.calling',
    ]);
    expect(() => choosePoints(Object.keys(SCENARIOS), ['payments.cap'])).toThrow(
      'no such fault point: payments.cap',
    );
  });

  it('has a sample of every action, of points that exist', () => {
    expect(SAMPLE.filter(({ point }) => !(point in SCENARIOS))).toEqual([]);
    expect(new Set(SAMPLE.map(({ action }) => action))).toEqual(new Set(ACTIONS));
  });
});

describe('the options', () => {
  it('are everything unless told otherwise', () => {
    expect(readOptions([])).toMatchObject({ only: [], actions: ACTIONS, sample: false, replicas: 2 });
    expect(readOptions(['--only', 'a,b', '--action', 'hang,exit', '--sample'])).toMatchObject({
      ...{ only: ['a', 'b'], actions: ['exit', 'hang'], sample: true },
    });
  });

  it.each([['--action', 'explode'], ['--replicas', '0'], ['--flood']])('refuse %s %s', (...args) => {
    expect(() => readOptions(args)).toThrow();
  });
});

describe('the switchboard', () => {
  it('tells which process was hit, by its own point only, until it is cleared', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'gittix-switchboard-'));
    try {
      const board = new Switchboard(directory);
      await board.arm('relay.event.pulled', 'exit');
      expect(await board.hitBy('relay.event.pulled')).toBeUndefined();
      await writeFile(join(directory, 'relay.event.pulled.4711.hit'), '{}');
      expect(await board.hitBy('relay.event.pulled')).toBe(4711);
      expect(await board.hitBy('relay.event.published')).toBeUndefined();
      await board.clear();
      expect(await board.hitBy('relay.event.pulled')).toBeUndefined();
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('the report', () => {
  const quiet = { reached: true, afterMs: 1_000, left: [] };
  const fine: Outcome = {
    ...{ point: 'relay.event.pulled', action: 'exit', startedAt: '', hit: 'orders-1', quiet, problems: [] },
  };
  const reportOf = (
    outcome: Outcome,
    violations: { about: string; story: string[] }[] = [],
  ): FaultReport => ({
    ...{ startedAt: '', minutes: 1, replicas: 2, points: 1, outcomes: [outcome] },
    invariants: [{ name: 'I3', says: 'no ticket sold twice', checked: 1, violations }],
  });

  it('finds nothing in a clean run', () => {
    expect(faultsFound(reportOf(fine))).toEqual([]);
    expect(tell(reportOf(fine))).toContain('points: 1; scenarios: 1');
  });

  it.each<[string, Partial<Outcome>, string]>([
    ['that was not met', { hit: undefined }, 'NOT HIT'],
    [
      'after which nothing came to rest',
      { quiet: { ...quiet, reached: false, left: ['1 outboxes'] } },
      '1 outboxes',
    ],
    ['that brought another problem', { problems: ['orders-1 ended by itself'] }, 'ended by itself'],
  ])('names a point %s', (_what, change, words) => {
    const found = faultsFound(reportOf({ ...fine, ...change }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(words);
    expect(found[0]).toContain('relay.event.pulled');
  });

  it('names each violation', () => {
    const found = faultsFound(reportOf(fine, [{ about: 'ticket t1', story: ['sold twice'] }]));
    expect(found).toEqual(['I3 ticket t1: sold twice']);
  });
});
