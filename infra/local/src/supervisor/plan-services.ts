import type { ServerUrls } from './plan-servers';
import { baseEnvironment, localUrl, type PlanInput, portTo, runPart, specOf } from './plan-types';
import { answersWell } from './ready';
import { publicJwks } from './secrets';
import type { ProcessSpec } from './supervised';

export const SERVICES = ['auth', 'tickets', 'orders', 'payments', 'expiration'] as const;
const STRIPE_JS = 'https://js.stripe.com/v3/';

/** Every service, as often as replicas are wanted. */
export function planServices(input: PlanInput, urls: ServerUrls): ProcessSpec[] {
  const { secrets, replicas, takePort } = input;
  const shared = {
    ...baseEnvironment(input),
    NATS_URL: urls.nats,
    COOKIE_SECURE: 'false',
    JWKS: publicJwks(secrets),
  };
  const own: Record<(typeof SERVICES)[number], NodeJS.ProcessEnv> = {
    auth: { JWT_PRIVATE_KEY: JSON.stringify(secrets.signingKey) },
    tickets: {},
    orders: {},
    payments: stripeSettings(input),
    expiration: { REDIS_URL: urls.redis },
  };
  return SERVICES.flatMap((service) =>
    Array.from({ length: replicas }, (_, index) => {
      const port = takePort();
      const internalPort = takePort();
      return specOf(input, {
        ...runPart(input, service),
        name: `${service}-${index + 1}`,
        port,
        internalPort,
        isReady: answersWell(`${localUrl(internalPort)}/readyz`),
        env: {
          ...shared,
          PORT: String(port),
          INTERNAL_PORT: String(internalPort),
          MONGO_URL: withDatabase(urls.mongo, `gittix-${service}`),
          ...own[service],
        },
      });
    }),
  );
}

function stripeSettings({ settings, secrets, emulatorPort, env }: PlanInput): NodeJS.ProcessEnv {
  const made = secrets.stripe;
  if (settings.STRIPE_SECRET_KEY !== undefined) {
    return {
      // Webhooks are only hints; with a secret nobody knows, none can come.
      STRIPE_WEBHOOK_SECRETS: settings.STRIPE_WEBHOOK_SECRETS ?? made.webhookSecret,
      STRIPE_JS_URL: env.STRIPE_JS_URL || STRIPE_JS,
    };
  }
  return {
    STRIPE_SECRET_KEY: made.secretKey,
    STRIPE_PUBLISHABLE_KEY: made.publishableKey,
    STRIPE_WEBHOOK_SECRETS: made.webhookSecret,
    STRIPE_API_URL: localUrl(portTo(settings, 'stripe-emulator', emulatorPort)),
    STRIPE_JS_URL: `${localUrl(emulatorPort)}/v3/`,
  };
}

/** `mongodb://host:port/?x=y` and `auth` -> `mongodb://host:port/auth?x=y`. */
export function withDatabase(url: string, database: string): string {
  const parts = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(url);
  if (!parts) throw new Error('MONGO_URL is not the address of a MongoDB (mongodb://host:port)');
  return `${parts[1]}/${database}${parts[2] ?? ''}`;
}
