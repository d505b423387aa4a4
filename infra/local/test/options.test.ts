import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseEnvironment, parseNoOptions, parseStartOptions } from '../src/options';

describe('the options of start', () => {
  it('have defaults', () => {
    expect(parseStartOptions([])).toEqual({
      port: 3000,
      replicas: 1,
      data: '.gittix',
      reset: false,
      seed: false,
    });
  });

  it('are read', () => {
    const args = ['--port', '0', '--replicas=3', '--data', '/tmp/x', '--reset', '--seed'];
    expect(parseStartOptions(args)).toEqual({
      port: 0,
      replicas: 3,
      data: '/tmp/x',
      reset: true,
      seed: true,
    });
  });

  it.each([
    [['--port', 'x'], /--port needs a whole number/],
    [['--port', '70000'], /--port must be between 0 and 65535/],
    [['--replicas', '0'], /--replicas must be between 1 and 9/],
    [['--sed'], /--sed[^]*Known options: --port, --replicas, --data, --reset, --seed, --help/],
    [['surprise'], /surprise/],
    [['--reset=yes'], /reset/],
  ])('%j are refused with the reason', (args, reason) => {
    expect(() => parseStartOptions(args)).toThrow(reason);
  });

  it('are none for build', () => {
    expect(() => parseNoOptions(['--port', '1'])).toThrow(/It takes no options but --help/);
  });
});

describe('the environment', () => {
  it.each([
    [{ ORDER_TTL_SECONDS: 'soon' }, /ORDER_TTL_SECONDS needs a whole number/],
    [{ ORDER_TTL_SECONDS: '0' }, /ORDER_TTL_SECONDS must be between/],
    [{ STRIPE_SECRET_KEY: 'sk_test_x' }, /STRIPE_PUBLISHABLE_KEY is needed/],
  ])('%j is refused with the reason', (env, reason) => {
    expect(() => parseEnvironment(env)).toThrow(reason);
  });

  it('takes an empty value as unset', () => {
    expect(parseEnvironment({ ORDER_TTL_SECONDS: '', STRIPE_SECRET_KEY: '' })).toEqual({});
  });
});

describe('the command line', () => {
  const main = (...args: string[]) =>
    promisify(execFile)(
      process.execPath,
      ['--conditions=gittix-source', '--import', 'tsx', join(__dirname, '../src/main.ts'), ...args],
      { cwd: join(__dirname, '../../..') },
    ).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
    );

  it.each([
    [['start', '--help'], 0, /--replicas N/],
    [['test', '--help'], 0, /--selectProjects/],
    [['begin'], 2, /There is no command "begin"/],
    [['start', '--prot', '1'], 2, /Unknown option '--prot'/],
  ])('%j ends with %i', async (args, code, text) => {
    const result = await main(...args);
    expect(result.code).toBe(code);
    expect(result.text).toMatch(text);
  });
});
