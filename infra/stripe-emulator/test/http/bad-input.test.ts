import {
  cleanUp,
  createManual,
  SECRET_KEY,
  startTestEmulator,
  stripeAt,
  stripeErrorOf,
  type TestEmulator,
} from '../support/emulator';

describe('bad input', () => {
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await startTestEmulator();
  });
  afterAll(cleanUp);

  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${emulator.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${SECRET_KEY}`,
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body,
    });
  const good = 'amount=4500&currency=usd';

  it.each([
    ['currency=usd', 'parameter_missing', 'amount'],
    ['amount=4500', 'parameter_missing', 'currency'],
    ['amount=&currency=usd', 'parameter_invalid_empty', 'amount'],
    ['amount=45.00&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=1e3&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=-50&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=0&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=49&currency=usd', 'amount_too_small', 'amount'],
    ['amount=100000000&currency=usd', 'amount_too_large', 'amount'],
    ['amount[$gt]=1&currency=usd', undefined, 'amount'],
    ['amount=50&amount=60&currency=usd', undefined, 'amount'],
    ['amount=4500&currency=xyz', undefined, 'currency'],
    ['amount=4500&currency=__proto__', undefined, 'currency'],
    [`${good}&colour=red`, 'parameter_unknown', 'colour'],
    [`${good}&capture_method=maybe`, undefined, 'capture_method'],
    [`${good}&confirm=yes`, undefined, 'confirm'],
    [`${good}&payment_method_types[0]=cash`, undefined, 'payment_method_types[0]'],
    [`${good}&payment_method_types=card`, undefined, 'payment_method_types'],
    [`${good}&allowed_payment_method_types[0]=link`, undefined, 'allowed_payment_method_types'],
    [
      `${good}&allowed_payment_method_types[0]=card&payment_method_types[0]=card`,
      'parameters_exclusive',
      'allowed_payment_method_types',
    ],
    [
      `${good}&allowed_payment_method_types[0]=card&automatic_payment_methods[enabled]=true`,
      'parameters_exclusive',
      'allowed_payment_method_types',
    ],
    [`${good}&automatic_payment_methods[enabled]=1`, undefined, 'automatic_payment_methods[enabled]'],
    [`${good}&automatic_payment_methods[x]=1`, 'parameter_missing', 'automatic_payment_methods[enabled]'],
    [`${good}&metadata=text`, undefined, 'metadata'],
    [`${good}&metadata[${'k'.repeat(41)}]=v`, undefined, `metadata[${'k'.repeat(41)}]`],
    [`${good}&metadata[k]=${'v'.repeat(501)}`, undefined, 'metadata[k]'],
    [`${good}&metadata[k][x]=v`, undefined, 'metadata[k]'],
    [`${good}&expand[0]=customer`, undefined, 'expand[0]'],
    [`${good}&return_url=javascript:alert(1)`, undefined, 'return_url'],
  ])('%s names the parameter', async (body, code, param) => {
    const response = await post('/v1/payment_intents', body);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ type: 'invalid_request_error', param });
    expect(error['code']).toBe(code);
    expect(error['message']).toEqual(expect.any(String));
  });

  it('takes payment_method_types still, as Stripe did before 2026-09-30.endive', async () => {
    const response = await post('/v1/payment_intents', `${good}&payment_method_types[0]=card`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      payment_method_types: ['card'],
      allowed_payment_method_types: null,
      automatic_payment_methods: null,
    });
  });

  it('takes metadata up to its limits', async () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`key${index}`.padEnd(40, 'x'), 'v'.repeat(500)]),
    );
    expect((await createManual(emulator, { metadata })).metadata).toEqual(metadata);
    const error = await stripeErrorOf(createManual(emulator, { metadata: { ...metadata, more: 'x' } }));
    expect(error).toMatchObject({ statusCode: 400, param: 'metadata' });
  });

  it('refuses a payment method that is not there, and confirms nothing without one', async () => {
    const { id } = await createManual(emulator);
    const { paymentIntents } = emulator.stripe;
    expect(await stripeErrorOf(paymentIntents.confirm(id, { payment_method: 'pm_none' }))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'payment_method',
    });
    expect(await stripeErrorOf(paymentIntents.confirm(id))).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
    });
    expect(await stripeErrorOf(paymentIntents.retrieve('pi_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'intent',
    });
    expect(
      await stripeErrorOf(paymentIntents.cancel(id, { cancellation_reason: 'bored' as never })),
    ).toMatchObject({
      param: 'cancellation_reason',
    });
    expect(await stripeErrorOf(paymentIntents.list({ limit: 101 }))).toMatchObject({ param: 'limit' });
    expect(await stripeErrorOf(paymentIntents.list({ created: { since: 1 } as never }))).toMatchObject({
      param: 'created[since]',
    });
  });

  it('refuses wrong and missing keys with 401, and never shows a whole one', async () => {
    const error = await stripeErrorOf(
      stripeAt(emulator.url, 'sk_test_somebody_elses_key').paymentIntents.create({
        amount: 50,
        currency: 'usd',
      }),
    );
    expect(error).toMatchObject({ statusCode: 401, type: 'StripeAuthenticationError' });
    expect(error.message).not.toContain('somebody');
    const none = await fetch(`${emulator.url}/v1/payment_intents`);
    expect(none.status).toBe(401);
    const basic = await fetch(`${emulator.url}/v1/payment_intents`, {
      headers: { authorization: `Basic ${Buffer.from(`${SECRET_KEY}:`).toString('base64')}` },
    });
    expect(basic.status).toBe(200);
  });

  it('refuses what is no form, too big, or nowhere', async () => {
    const json = await post('/v1/payment_intents', '{"amount":50}', { 'content-type': 'application/json' });
    expect(json.status).toBe(400);
    const big = await post('/v1/payment_intents', `description=${'x'.repeat(110_000)}`);
    expect(big.status).toBe(413);
    const encoding = await post('/v1/payment_intents', good, { 'content-encoding': 'rot13' });
    expect(encoding.status).toBe(415);
    const nowhere = await post('/v1/customers', 'name=x');
    expect(nowhere.status).toBe(404);
    for (const response of [json, big, encoding, nowhere]) {
      expect(response.headers.get('request-id')).toMatch(/^req_/);
      expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    }
  });

  it('keeps secrets out of the ledger it shows', async () => {
    const intent = await createManual(emulator);
    const shown = await (await fetch(`${emulator.url}/_emulator/ledger`)).text();
    expect(shown).toContain(intent.id);
    expect(shown).not.toContain('_secret_');
    expect(shown).not.toContain(SECRET_KEY);
  });
});
