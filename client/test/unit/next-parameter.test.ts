import fc from 'fast-check';
import { safeNext, signInHref } from '../../src/browser/next-parameter';

describe('safeNext', () => {
  it.each(['/', '/sell', '/tickets/abc?buy=1', '/?q=a%2Fb#results', '/orders/1'])('lets %s pass', (path) => {
    expect(safeNext(path)).toBe(path);
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    'javascript:alert(1)',
    'data:text/html,hi',
    'sell',
    '',
    undefined,
    null,
    ['/sell', '/orders'],
    42,
    `/${'a'.repeat(3_000)}`,
  ])('sends %j home', (value) => {
    expect(safeNext(value)).toBe('/');
  });

  it('never leads to another origin, whatever it is given', () => {
    const nasty = fc.stringMatching(/^[/\\.@:?#\t\n%a-e0-9]{0,12}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), nasty, fc.webUrl()), (value) => {
        const base = 'https://shop.example';
        expect(new URL(safeNext(value), base).origin).toBe(base);
      }),
      { numRuns: 2_000 },
    );
  });

  it('comes back from the sign-in address as it went in', () => {
    const href = signInHref('/tickets/abc?buy=1&x=2');
    expect(safeNext(new URL(href, 'http://shop').searchParams.get('next'))).toBe('/tickets/abc?buy=1&x=2');
  });
});
