import { isAtLeast, parseVersion } from '../src/servers/version';

describe('parseVersion', () => {
  it.each([
    ['nats-server: v2.9.10', '2.9.10'],
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', '7.0.15'],
    ['db version v7.0.0\nBuild Info: {', '7.0.0'],
    ['Chromium 156.0.8078.79 built on Debian', '156.0.8078'],
    ['openjdk 17.0.15 2025-04-15', '17.0.15'],
    ['javac 21.0.1', '21.0.1'],
  ])('reads %j', (output, version) => {
    expect(parseVersion(output)).toBe(version);
  });

  it('answers undefined when there is none', () => {
    expect(parseVersion('usage: frob')).toBeUndefined();
  });
});

describe('isAtLeast', () => {
  it.each([
    ['2.10.0', '2.10', true],
    ['2.9.10', '2.10', false],
    ['10.0', '7', true],
    ['7', '7.0.1', false],
    ['6.2.0', '6.2', true],
  ])('%s against %s', (version, minimum, expected) => {
    expect(isAtLeast(version, minimum)).toBe(expected);
  });
});
