import { join } from 'node:path';
import { CLIENT_SERVER } from '../build/client';
import { baseEnvironment, LOOPBACK, localUrl, type PlanInput, runPart, specOf } from './plan-types';
import { answers, answersWell } from './ready';
import { publicJwks } from './secrets';
import type { ProcessSpec } from './supervised';

/** The stand-in for Stripe, at an address of its own as Stripe's is. */
export function planEmulator(input: PlanInput): ProcessSpec {
  const { emulatorPort: port, publicUrl, places } = input;
  const { secretKey, publishableKey, webhookSecret } = input.secrets.stripe;
  const url = localUrl(port);
  return specOf(input, {
    ...runPart(input, 'infra/stripe-emulator'),
    name: 'stripe-emulator',
    port,
    isReady: answersWell(`${url}/livez`),
    env: {
      ...baseEnvironment(input),
      PORT: String(port),
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_PUBLISHABLE_KEY: publishableKey,
      WEBHOOK_URL: `${publicUrl}/api/payments/webhook`,
      WEBHOOK_SECRET: webhookSecret,
      LEDGER_FILE: join(places.data, 'stripe-ledger.ndjson'),
      PUBLIC_URL: url,
    },
  });
}

/**
 * The pages, as often as replicas are wanted; `next dev` writes into its folder and can run once only. Their own calls go
 * through a listener that stays open until they have stopped.
 */
export function planClients(input: PlanInput): ProcessSpec[] {
  return Array.from({ length: input.dev ? 1 : input.replicas }, (_, index) => planClient(input, index + 1));
}

function planClient(input: PlanInput, number: number): ProcessSpec {
  const { places, dev, internalUrl, takePort } = input;
  const port = takePort();
  const next = join(places.root, 'node_modules/next/dist/bin/next');
  const args = dev
    ? [next, 'dev', '--webpack', '--hostname', LOOPBACK, '--port', String(port)]
    : [join(places.code, CLIENT_SERVER)];
  const usesEmulator = input.settings.STRIPE_SECRET_KEY === undefined;
  return specOf(input, {
    name: `client-${number}`,
    command: process.execPath,
    args,
    cwd: join(dev ? places.root : places.code, 'client'),
    port,
    // Any answer will do: a page would wait for the services, which may come up later.
    isReady: answers(`${localUrl(port)}/healthz`),
    env: {
      ...baseEnvironment(input),
      PORT: String(port),
      HOSTNAME: LOOPBACK,
      AUTH_URL: internalUrl,
      TICKETS_URL: internalUrl,
      ORDERS_URL: internalUrl,
      PAYMENTS_URL: internalUrl,
      JWKS: publicJwks(input.secrets),
      NEXT_TELEMETRY_DISABLED: '1',
      ...(usesEmulator && { STRIPE_JS_ORIGIN: localUrl(input.emulatorPort) }),
    },
  });
}

/** Development only: the pages import the compiled shared part, so it is compiled when it changes. */
export function planWatch(input: PlanInput): ProcessSpec {
  const { places, env } = input;
  const tsc = join(places.root, 'node_modules/typescript/bin/tsc');
  return {
    name: 'common-watch',
    command: process.execPath,
    args: [tsc, '-b', 'common/tsconfig.build.json', '--watch', '--preserveWatchOutput'],
    cwd: places.root,
    env,
    port: null,
    internalPort: null,
    url: null,
    log: join(places.logs, 'common-watch.log'),
    stopMs: 5_000,
    isReady: () => Promise.resolve(true),
  };
}
