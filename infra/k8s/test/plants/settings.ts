import { type Any, container, object, type Plant } from './plant';

export const SETTINGS: Plant[] = [
  [
    'settingsFit',
    'an unknown key',
    (s) =>
      (object(s, 'ConfigMap', /^orders-config/).data = {
        ...object(s, 'ConfigMap', /^orders-config/).data,
        ORDER_TTL: '900',
      }),
    /ORDER_TTL is no setting of orders/,
  ],
  [
    'settingsFit',
    'a missing key',
    (s) => delete object(s, 'ConfigMap', /^orders-config/).data?.NATS_URL,
    /orders: NATS_URL is missing/,
  ],
  [
    'settingsFit',
    'a missing secret key',
    (s) => (object<Any>(s, 'ExternalSecret', 'payments').spec.data as unknown[]).splice(2, 1),
    /payments: STRIPE_SECRET_KEY is missing/,
  ],
  [
    'settingsFit',
    'no keys to check tokens with',
    (s) => (object<Any>(s, 'ExternalSecret', 'client').spec.data as unknown[]).pop(),
    /client: JWKS is missing/,
  ],
  [
    'settingsFit',
    'a key twice',
    (s) =>
      container(s).env?.push({ name: 'PORT', value: '3000' }) ??
      (container(s).env = [{ name: 'PORT', value: '3000' }]),
    /PORT is given twice/,
  ],
  [
    'settingsFit',
    'a refused value',
    (s) =>
      (object(s, 'ConfigMap', /^orders-config/).data = {
        ...object(s, 'ConfigMap', /^orders-config/).data,
        LOG_LEVEL: 'loud',
      }),
    /LOG_LEVEL has a value/,
  ],
  [
    'settingsFit',
    'another port',
    (s) =>
      (object(s, 'ConfigMap', /^orders-config/).data = {
        ...object(s, 'ConfigMap', /^orders-config/).data,
        INTERNAL_PORT: '9091',
      }),
    /port internal is 9090/,
  ],
  [
    'noFaults',
    'a fault',
    (s) => (object(s, 'ConfigMap', /^orders-config/).data = { FAULT_DIR: '/tmp' }),
    /sets FAULT_DIR/,
  ],
];
