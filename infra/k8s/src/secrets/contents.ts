import { publicJwks } from '../../../local/src/supervisor/secrets';
import { type Made, type Owner, OWNERS, SecretsError } from './made';
import type { StageSecrets } from './stages';

/** Name of the secret without `-secrets` -> its keys and values. */
export type Contents = Record<string, Record<string, string>>;

/** Every secret of a stage. `given` is what only a person can know; throws SecretsError naming all that is missing. */
export function contentsOf(stage: StageSecrets, made: Made, given: Record<string, string> = {}): Contents {
  const ask = new Asking(given);
  const JWKS = publicJwks(made);
  const brokerUrl = stage.data === 'outside' ? { NATS_URL: ask.for('NATS_URL') } : {};
  const owner = (name: Owner) => ({
    MONGO_URL: stage.data === 'outside' ? ask.for(`${name.toUpperCase()}_MONGO_URL`) : mongoUrl(name, made),
    ...brokerUrl,
  });
  const contents: Contents = {
    auth: { ...owner('auth'), JWT_PRIVATE_KEY: JSON.stringify(made.signingKey) },
    tickets: { ...owner('tickets'), JWKS },
    orders: { ...owner('orders'), JWKS },
    payments: { ...owner('payments'), JWKS, ...stripeKeys(stage, made, ask) },
    expiration: {
      ...brokerUrl,
      REDIS_URL: stage.data === 'outside' ? ask.for('REDIS_URL') : `redis://:${made.redis}@redis:6379`,
    },
    client: { JWKS },
  };
  if (stage.data === 'in the cluster') Object.assign(contents, ofTheData(made));
  if (stage.stripe === 'emulator') {
    const { secretKey, publishableKey, webhookSecret } = made.stripe;
    contents['stripe-emulator'] = {
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_PUBLISHABLE_KEY: publishableKey,
      WEBHOOK_SECRET: webhookSecret,
    };
  }
  ask.complain();
  return contents;
}

/** `mongo` is every member at once, so the address stays when members are added. */
function mongoUrl(name: Owner, made: Made): string {
  const options = 'replicaSet=rs0&w=majority&journal=true';
  return `mongodb://${name}:${made.mongo.users[name]}@mongo:27017/gittix-${name}?${options}`;
}

function stripeKeys(stage: StageSecrets, made: Made, ask: Asking): Record<string, string> {
  if (stage.stripe === 'account') {
    return {
      STRIPE_SECRET_KEY: ask.for('STRIPE_SECRET_KEY'),
      STRIPE_PUBLISHABLE_KEY: ask.for('STRIPE_PUBLISHABLE_KEY'),
      STRIPE_WEBHOOK_SECRETS: ask.for('STRIPE_WEBHOOK_SECRETS'),
    };
  }
  return {
    STRIPE_SECRET_KEY: made.stripe.secretKey,
    STRIPE_PUBLISHABLE_KEY: made.stripe.publishableKey,
    STRIPE_WEBHOOK_SECRETS: made.stripe.webhookSecret,
  };
}

function ofTheData({ mongo, redis }: Made): Contents {
  const users = OWNERS.map((name) => [`${name.toUpperCase()}_PASSWORD`, mongo.users[name]]);
  return {
    mongo: {
      KEYFILE: mongo.keyFile,
      ROOT_PASSWORD: mongo.root,
      ...(Object.fromEntries(users) as Record<string, string>),
    },
    redis: { REDIS_PASSWORD: redis },
  };
}

/** Collects what is missing, so that a person hears of all of it at once. */
class Asking {
  private readonly missing: string[] = [];

  constructor(private readonly given: Record<string, string>) {}

  for(key: string): string {
    const value = this.given[key];
    if (value === undefined || value === '') this.missing.push(key);
    return value ?? '';
  }

  complain(): void {
    const names = [...new Set(this.missing)];
    if (names.length > 0) {
      throw new SecretsError(`--given FILE has to give, one KEY=value a line:\n  ${names.join('\n  ')}`);
    }
  }
}
