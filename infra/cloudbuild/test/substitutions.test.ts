import { GraphError, waitsFor } from '../src/build/graph';
import { buildFile } from '../src/build/schema';
import { namesIn, resolveStep, substitute, SubstitutionError } from '../src/build/substitutions';
import { isGreen, runBuild } from '../src/pipeline/run-build';

const step = (id: string, more: object = {}) => ({ id, name: 'node:24.11.1', ...more });
const buildOf = (...steps: object[]) => buildFile.parse({ steps });

describe('substitutions', () => {
  it.each([
    ['$_A/b', 'a/b'],
    ['${_A}b', 'ab'],
    ['$$_A', '$_A'],
    ['$$$_A', '$a'],
    ['a $_EMPTY', 'a '],
    ['{$lower} $(cmd)', '{$lower} $(cmd)'],
  ])('%s becomes %s', (text, expected) => {
    expect(substitute(text, { _A: 'a', _EMPTY: '' })).toBe(expected);
  });

  it('names what nobody declared', () => {
    expect(() => substitute('x/$_NOBODY', {})).toThrow(SubstitutionError);
    expect(() => substitute('x/$_NOBODY', {})).toThrow('$_NOBODY is not declared (in: x/$_NOBODY)');
  });

  it('finds the names of a text, without escapes', () => {
    expect(namesIn('$_A ${_B} $$_C $BRANCH_NAME')).toEqual(['_A', '_B', 'BRANCH_NAME']);
  });

  it("puts values into all of a step but its script, and the build's environment before its own", () => {
    const build = buildFile.parse({
      steps: [step('a', { script: 'echo $_A', env: ['B=$_A'], dir: '$_A' })],
      options: { logging: 'CLOUD_LOGGING_ONLY', env: ['A=$_A'] },
    });
    expect(resolveStep(build.steps[0]!, build, { _A: 'a' })).toMatchObject({
      script: 'echo $_A',
      env: ['A=a', 'B=a'],
      dir: 'a',
    });
  });
});

describe('the graph', () => {
  it('waits for all steps before when waitFor is missing, and for nobody at -', () => {
    const { steps } = buildOf(step('a'), step('b', { waitFor: ['-'] }), step('c'));
    expect(Object.fromEntries(waitsFor(steps))).toEqual({ a: [], b: [], c: ['a', 'b'] });
  });

  it.each([
    [[step('a', { waitFor: ['b'] }), step('b', { waitFor: ['a'] })], 'a waits for b'],
    [[step('a', { waitFor: ['nobody'] })], 'a waits for nobody'],
    [[step('a'), step('a')], 'two steps have the id a'],
  ])('refuses a circle, a missing and a double id', (steps, message) => {
    expect(() => waitsFor(buildOf(...steps).steps)).toThrow(GraphError);
    expect(() => waitsFor(buildOf(...steps).steps)).toThrow(message);
  });
});

it('the schema refuses a key that it does not know', () => {
  expect(() => buildOf(step('a', { waitfor: ['-'] }))).toThrow('waitfor');
  expect(() => buildOf(step('a', { script: 'true', args: ['x'] }))).toThrow('neither entrypoint nor args');
});

describe('a build', () => {
  it('stops what runs beside the step that fails, and begins nothing more', async () => {
    const build = buildOf(step('red', { waitFor: ['-'] }), step('beside', { waitFor: ['-'] }), step('after'));
    const begun: string[] = [];
    const outcomes = await runBuild(build, async ({ id }, signal) => {
      begun.push(id);
      if (id === 'red') return false;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      return false;
    });
    expect(begun).toEqual(['red', 'beside']);
    expect(Object.fromEntries(outcomes)).toEqual({ red: 'failed', beside: 'stopped', after: 'not run' });
    expect(isGreen(outcomes)).toBe(false);
  });

  it('goes on after a failure that is allowed', async () => {
    const build = buildOf(step('red', { allowFailure: true }), step('after'));
    const outcomes = await runBuild(build, ({ id }) => Promise.resolve(id !== 'red'));
    expect(Object.fromEntries(outcomes)).toEqual({ red: 'failed, which it may', after: 'passed' });
    expect(isGreen(outcomes)).toBe(true);
  });
});
