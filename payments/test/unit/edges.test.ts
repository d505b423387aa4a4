import Stripe from 'stripe';
import { ConfigError, loadConfig } from '@gittix/common/config';
import { isInfrastructureError } from '@gittix/common/errors';
import { silentLogger, waitFor } from '@gittix/common/testing';
import { schema } from '../../src/config';
import { toIntent } from '../../src/stripe/intent-view';
import { StripeFailure, toFailure } from '../../src/stripe';
import { createTurns } from '../../src/turns';

describe('what Stripe says no with', () => {
  const { errors } = Stripe;
  const raw = (statusCode: number | undefined, code = 'x') =>
    ({ message: 'no', type: 'invalid_request_error', statusCode, code, headers: {} }) as never;

  it.each([
    [new errors.StripeCardError(raw(402)), 'refused', false],
    [new errors.StripeInvalidRequestError(raw(400)), 'refused', false],
    [new errors.StripeInvalidRequestError(raw(404)), 'refused', false],
    [new errors.StripeIdempotencyError(raw(400)), 'refused', false],
    [new errors.StripeAuthenticationError(raw(401)), 'misconfigured', true],
    [new errors.StripePermissionError(raw(403)), 'misconfigured', true],
    [new errors.StripeAPIError(raw(409)), 'unknown', true],
    [new errors.StripeRateLimitError(raw(429)), 'unknown', true],
    [new errors.StripeAPIError(raw(500)), 'server', true],
    [new errors.StripeAPIError(raw(503)), 'server', true],
    [new errors.StripeConnectionError(raw(undefined)), 'unknown', true],
  ])('%o is %s', (error, kind, isInfrastructure) => {
    const failure = toFailure(error) as StripeFailure;
    expect(failure).toBeInstanceOf(StripeFailure);
    expect(failure.kind).toBe(kind);
    // What the bus retries for ever and HTTP answers with 503.
    expect(isInfrastructureError(failure)).toBe(isInfrastructure);
  });

  it('tells a stored answer from a new one, and the decline in Stripe words', () => {
    const stored = { ...(raw(500) as object), headers: { 'idempotent-replayed': 'true' } } as never;
    expect((toFailure(new errors.StripeAPIError(stored)) as StripeFailure).replayed).toBe(true);
    expect((toFailure(new errors.StripeAPIError(raw(500))) as StripeFailure).replayed).toBe(false);
    const decline = { ...(raw(402, 'card_declined') as object), decline_code: 'lost_card' } as never;
    expect((toFailure(new errors.StripeCardError(decline)) as StripeFailure).failure).toEqual({
      code: 'lost_card',
      message: 'no',
    });
  });

  it('leaves bugs alone', () => {
    const bug = new TypeError('oops');
    expect(toFailure(bug)).toBe(bug);
  });
});

describe('the view of an intent', () => {
  const intent = (status: string) =>
    ({
      id: 'pi_1',
      status,
      amount: 1,
      metadata: {},
      last_payment_error: null,
    }) as unknown as Stripe.PaymentIntent;

  it.each([
    ['a held or charged card', { status: 'succeeded', created: 1_700_000_000 }, new Date(1_700_000_000_000)],
    ['a declined card', { status: 'failed', created: 1_700_000_000 }, undefined],
    ['a charge whose object is not shown', 'ch_1', undefined],
    ['no charge', null, undefined],
  ])('tells of %s when it was held', (_what, charge, at) => {
    const shown = { ...intent('canceled'), latest_charge: charge } as unknown as Stripe.PaymentIntent;
    expect(toIntent(shown, []).authorizedAt).toEqual(at);
  });

  it('takes a status that Stripe invents one day for "under way"', () => {
    expect(toIntent(intent('requires_blessing'), []).status).toBe('processing');
  });

  it('adds refunds up by what became of them', () => {
    const refunds = [
      { status: 'succeeded', amount: 10 },
      { status: 'pending', amount: 20 },
      { status: 'requires_action', amount: 5 },
      { status: 'failed', amount: 40 },
      { status: 'canceled', amount: 80 },
    ] as Stripe.Refund[];
    expect(toIntent(intent('succeeded'), refunds).refunds).toEqual({ succeeded: 10, pending: 25, failed: 2 });
  });
});

describe('turns', () => {
  /** Work that a test lets end by hand. */
  function openTurns(concurrency = 16) {
    const begun: { key: string; end: (error?: Error) => void }[] = [];
    const work = (key: string) =>
      new Promise<number>((resolve, reject) => {
        const at = begun.length;
        begun.push({ key, end: (error) => (error ? reject(error) : resolve(at)) });
      });
    const turns = createTurns({ name: 'work', work, concurrency, logger: silentLogger });
    const end = (at: number, error?: Error) => begun[at]?.end(error);
    return { turns, begun, end };
  }

  it('never overlap for one key; whoever asks meanwhile shares the next one', async () => {
    const { turns, begun, end } = openTurns();
    const first = turns.run('a');
    const [second, third] = [turns.run('a'), turns.run('a')];
    expect(begun).toHaveLength(1);
    end(0);
    await first;
    await waitFor(() => begun.length === 2);
    end(1);
    expect(await Promise.all([second, third])).toEqual([1, 1]);
    expect(begun).toHaveLength(2);
  });

  it('go on after one that failed, and only its own caller hears of it', async () => {
    const { turns, begun, end } = openTurns();
    const first = turns.run('a');
    const second = turns.run('a');
    end(0, new Error('no'));
    await expect(first).rejects.toThrow('no');
    await waitFor(() => begun.length === 2);
    end(1);
    expect(await second).toBe(1);
  });

  it('take only so many kicks at once, each key once, and finish what runs when stopped', async () => {
    const { turns, begun, end } = openTurns(2);
    for (const key of ['a', 'b', 'c', 'c', 'd']) turns.kick(key);
    expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
    end(0, new Error('logged, not thrown'));
    await waitFor(() => begun.length === 3);
    expect(begun[2]?.key).toBe('c');
    const stopped = turns.stop();
    end(1);
    end(2);
    await stopped;
    turns.kick('e');
    expect(begun.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });
});

describe('the settings', () => {
  const env = {
    MONGO_URL: 'mongodb://127.0.0.1/payments',
    NATS_URL: 'nats://127.0.0.1',
    STRIPE_SECRET_KEY: 'sk_test_1',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
    STRIPE_WEBHOOK_SECRETS: 'whsec_1, whsec_2',
  };

  it('need the three keys, take several webhook secrets, and mean Stripe itself unless told', () => {
    expect(loadConfig(schema, env)).toMatchObject({
      STRIPE_WEBHOOK_SECRETS: ['whsec_1', 'whsec_2'],
      STRIPE_JS_URL: 'https://js.stripe.com/v3/',
    });
    expect(loadConfig(schema, env).STRIPE_API_URL).toBeUndefined();
  });

  it('name every bad one at once', () => {
    const { STRIPE_SECRET_KEY: _secret, ...rest } = env;
    const bad = {
      ...rest,
      STRIPE_WEBHOOK_SECRETS: 'whsec_1,,',
      STRIPE_API_URL: 'ftp://x',
      STRIPE_JS_URL: 'x',
    };
    const load = () => loadConfig(schema, bad);
    expect(load).toThrow(ConfigError);
    for (const name of ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRETS', 'STRIPE_API_URL', 'STRIPE_JS_URL'])
      expect(load).toThrow(name);
  });
});
