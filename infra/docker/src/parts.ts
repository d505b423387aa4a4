/** Every part that becomes an image, and the folder of its Dockerfile. */
export const PARTS = {
  auth: 'auth',
  tickets: 'tickets',
  orders: 'orders',
  expiration: 'expiration',
  payments: 'payments',
  client: 'client',
  'stripe-emulator': 'infra/stripe-emulator',
} as const;
export type Part = keyof typeof PARTS;

export const PART_NAMES = Object.keys(PARTS) as Part[];

export const isPart = (name: string): name is Part => Object.hasOwn(PARTS, name);

export const dockerfileOf = (part: Part): string => `${PARTS[part]}/Dockerfile`;
