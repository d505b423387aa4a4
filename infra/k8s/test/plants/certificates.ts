import type { KubeObject } from '../../src/render/objects';
import { object, type Any, type Plant } from './plant';

type Solver = Record<string, object>;
const issuer = (s: Parameters<Plant[2]>[0]) =>
  object<KubeObject & { spec: { acme: { solvers: { http01: Solver }[] } } }>(
    s,
    'Issuer',
    'letsencrypt-production',
  );
const certificate = (s: Parameters<Plant[2]>[0]) => object<Any>(s, 'Certificate', 'gittix');

export const CERTIFICATES: Plant[] = [
  [
    'certificatesCanBeProven',
    'an issuer that is not there',
    (s) => (certificate(s).spec.issuerRef = { name: 'letsencrypt' }),
    /no Issuer letsencrypt$/,
  ],
  [
    'certificatesCanBeProven',
    'a name without a route',
    (s) => (certificate(s).spec.dnsNames = ['elsewhere.test']),
    /nobody answers for elsewhere.test/,
  ],
  [
    'certificatesCanBeProven',
    "another controller's class",
    (s) => (issuer(s).spec.acme.solvers = [{ http01: { ingress: { ingressClassName: 'other' } } }]),
    /nobody answers for/,
  ],
  [
    'certificatesCanBeProven',
    'a listener for another name',
    (s) => {
      const parentRefs = [{ name: 'gittix', sectionName: 'http' }];
      issuer(s).spec.acme.solvers = [{ http01: { gatewayHTTPRoute: { parentRefs } } }];
      const listener = { name: 'http', hostname: 'elsewhere.test', port: 80, protocol: 'HTTP' };
      s.objects.push({
        ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'gittix' } },
        ...{ spec: { listeners: [listener] } },
      });
    },
    /nobody answers for/,
  ],
];
