import type { Service } from '../../src/render/objects';
import { object, pod, without, workload, type Plant } from './plant';

export const WIRING: Plant[] = [
  [
    'accountsAreOwn',
    'a shared account',
    (s) => (pod(s).serviceAccountName = 'tickets'),
    /tickets: is shared/,
  ],
  ['accountsAreOwn', 'the default account', (s) => delete pod(s).serviceAccountName, /default is not there/],
  [
    'accountsAreOwn',
    'a token',
    (s) => Object.assign(object(s, 'ServiceAccount', 'orders'), { automountServiceAccountToken: true }),
    /hands out/,
  ],
  [
    'servicesLeadSomewhere',
    'nowhere',
    (s) => (object<Service>(s, 'Service', 'orders').spec.selector = { 'app.kubernetes.io/name': 'order' }),
    /selects 0/,
  ],
  [
    'servicesLeadSomewhere',
    'to all',
    (s) =>
      (object<Service>(s, 'Service', 'orders').spec.selector = { 'app.kubernetes.io/part-of': 'gittix' }),
    /selects \d\d/,
  ],
  [
    'servicesLeadSomewhere',
    'to no port',
    (s) =>
      (object<Service>(s, 'Service', 'orders').spec.ports = [
        { name: 'http', port: 3000, targetPort: 'web' },
      ]),
    /no port web/,
  ],
  ['routesHaveBackends', 'no service', (s) => without(s, 'Service', 'payments'), /no Service payments/],
  [
    'routesHaveBackends',
    'no port',
    (s) =>
      (object<Service>(s, 'Service', 'payments').spec.ports = [
        { name: 'web', port: 80, targetPort: 'http' },
      ]),
    /no port http/,
  ],
  [
    'referencesExist',
    'no ConfigMap',
    (s) => (s.objects = s.objects.filter(({ metadata }) => !metadata.name.startsWith('orders-config'))),
    /orders: there is no ConfigMap orders-config/,
  ],
  [
    'referencesExist',
    'no secret',
    (s) => without(s, 'ExternalSecret', 'redis'),
    /redis: there is no Secret redis-secrets/,
  ],
  [
    'namespaceIsRestricted',
    'an open namespace',
    (s) => (object(s, 'Namespace', /gittix/).metadata.labels = {}),
    /enforce/,
  ],
  [
    'namespaceIsRestricted',
    'elsewhere',
    (s) => (workload(s, 'orders').metadata.namespace = 'default'),
    /orders: is not in/,
  ],
  [
    'podsAreFenced',
    'no policy for anybody',
    (s) => without(s, 'NetworkPolicy', 'nothing'),
    /mongo-keeper: no policy is about its Ingress/,
  ],
];
