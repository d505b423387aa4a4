import { z } from 'zod';

export const portNumber = z.coerce.number().int().min(0).max(65_535);
export const positiveInt = z.coerce.number().int().positive();
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
export const jsonText = z.string().transform((text, ctx): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    ctx.addIssue({
      code: 'custom',
      message: `is not JSON (${error instanceof Error ? error.name : 'error'})`,
    });
    return z.NEVER;
  }
});

/** Every process: where it listens (PORT for the public API, INTERNAL_PORT for health and metrics) and how it logs. */
export const processSettings = {
  HOST: z.string().default('0.0.0.0'),
  PORT: portNumber.default(3000),
  INTERNAL_PORT: portNumber.default(9090),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** How long after SIGTERM new connections are still taken, so that load balancers notice first. */
  DRAIN_MS: z.coerce.number().int().min(0).max(60_000).default(500),
};

/** Tests only, see fault-points: a directory that says where this process is to fail. Refused unless HOST is the loopback. */
export const faultSettings = { FAULT_DIR: z.string().optional() };

export const mongoSettings = {
  MONGO_URL: z.url({ protocol: /^mongodb(\+srv)?$/ }),
  /** Who migrates the database: the service before it serves, or somebody else while it waits. */
  MIGRATE: z.enum(['on-start', 'wait']).default('on-start'),
};

export const busSettings = {
  /** `stan` for clusters that still run NATS Streaming; the same for all services. */
  BUS: z.enum(['jetstream', 'stan']).default('jetstream'),
  NATS_URL: z.url({ protocol: /^(nats|tls)$/ }),
  NATS_STREAM: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .default('GITTIX'),
  NATS_SUBJECT_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('gittix'),
  /** How long without a sign of life from a handler's process until its message goes to another one; the adapter's own unless told. */
  ACK_WAIT_MS: z.coerce.number().int().min(1_000).max(300_000).optional(),
  /** NATS Streaming only: what its servers were started with. */
  STAN_CLUSTER_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .default('gittix'),
};

export const cookieSettings = { COOKIE_SECURE: flag.default(true) };

/** What a service needs to check tokens by itself; auth may be down, so `JWKS` (keys given) is the safest. At least one of both. */
export const tokenSettings = {
  JWKS: jsonText.optional(),
  JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
  TOKEN_ISSUER: z.string().default('gittix'),
  TOKEN_AUDIENCE: z.string().default('gittix'),
};
