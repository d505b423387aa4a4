import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparablePath, matchRoute, readIngress } from '../src/proxy/ingress';

const ingress = readIngress(readFileSync(join(__dirname, '../../k8s/base/ingress.yaml'), 'utf8'));

describe("the cluster's ingress manifest", () => {
  it.each([
    ['/', 'client'],
    ['/tickets/new', 'client'],
    ['/api', 'client'],
    ['/api/users', 'auth'],
    ['/api/users/', 'auth'],
    ['/api/users/signup?next=/api/orders', 'auth'],
    ['/api/usersx', 'client'],
    ['/api/tickets/65f000000000000000000000', 'tickets'],
    ['/api/orders', 'orders'],
    ['/api/payments/webhook', 'payments'],
    ['/.well-known/jwks.json', 'auth'],
    ['/.well-known/jwks.json/x', 'client'],
    ['/.well-known/', 'client'],
    ['//api//orders', 'orders'],
    ['/x/../api/orders', 'orders'],
    ['/api/orders/..%2Ftickets', 'tickets'],
    ['/%61pi/payments', 'payments'],
  ])('sends %s to %s', (url, service) => {
    const path = comparablePath(url);
    expect(path).toBeDefined();
    expect(matchRoute(ingress.routes, path ?? '')?.service).toBe(service);
  });

  it.each(['/%zz', '/..', '/a/../../b', 'http://elsewhere/', '*', '/%00'])('refuses %s', (url) => {
    expect(comparablePath(url)).toBeUndefined();
  });

  it('reads its limits', () => {
    expect(ingress).toMatchObject({
      maxBodyBytes: 1024 ** 2,
      connectTimeoutMs: 5_000,
      readTimeoutMs: 8_000,
      nextUpstreamMs: 1_000,
    });
  });

  it('names what is wrong with a manifest', () => {
    expect(() => readIngress('kind: Service')).toThrow(/kind/);
  });
});
