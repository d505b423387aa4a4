/* global emulator, window */

/** `Stripe(publishableKey)`: what the shop's checkout uses of Stripe.js, with the same promises and errors. */
function Stripe(publishableKey, options = {}) {
  if (!/^pk_test_/.test(String(publishableKey))) {
    throw new Error('The emulator takes a publishable test key: pk_test_….');
  }
  let texts = () => emulator.textsFor(options.locale);
  const api = emulator.createApi(publishableKey, () => texts());
  const intentPath = (clientSecret) => `/v1/payment_intents/${emulator.intentIdOf(clientSecret)}`;

  /** An intent whose last try failed is an error to the page, as in Stripe.js. */
  const resultOf = (answer) => {
    if (answer.error) return { error: answer.error };
    const intent = answer.object;
    const failed = intent.status === 'requires_payment_method' && intent.last_payment_error;
    return failed ? { error: { ...failed, payment_intent: intent } } : { paymentIntent: intent };
  };

  /** Lets the buyer answer the bank when the intent asks for it. */
  const afterBank = async (answer, clientSecret) => {
    if (answer.error || answer.object.status !== 'requires_action') return resultOf(answer);
    const result = await emulator.askAsBank(texts());
    const path = `/_emulator/payment_intents/${answer.object.id}/authenticate`;
    return resultOf(await api.post(path, { client_secret: clientSecret, result }));
  };

  const confirm = async (clientSecret, paymentMethod, returnUrl) => {
    const answer = await api.post(`${intentPath(clientSecret)}/confirm`, {
      client_secret: clientSecret,
      payment_method: paymentMethod,
      return_url: returnUrl,
      use_stripe_sdk: true,
    });
    return afterBank(answer, clientSecret);
  };

  /** The id of the card typed into an element. */
  const tokenise = async (element) => {
    const { validate, card } = emulator.parts.get(element);
    const problem = validate();
    if (problem) return { error: problem };
    const answer = await api.post('/v1/payment_methods', { type: 'card', card: card() });
    return answer.error ? { error: answer.error } : { paymentMethod: answer.object };
  };

  const goBack = (returnUrl, intent) => {
    const url = new URL(returnUrl, window.location.href);
    url.searchParams.set('payment_intent', intent.id);
    url.searchParams.set('payment_intent_client_secret', intent.client_secret);
    url.searchParams.set('redirect_status', 'succeeded');
    window.location.assign(url);
    // The page goes away: nothing after this is to run, as in Stripe.js.
    return new Promise(() => undefined);
  };

  return {
    elements(settings = {}) {
      const elements = emulator.createElements({ locale: options.locale, ...settings });
      texts = emulator.parts.get(elements).texts;
      return elements;
    },

    async confirmPayment({ elements, clientSecret, confirmParams = {}, redirect = 'always' }) {
      const parts = elements && emulator.parts.get(elements);
      const secret = clientSecret ?? parts?.clientSecret();
      let paymentMethod = confirmParams.payment_method;
      const element = parts?.element();
      if (!paymentMethod && element) {
        const made = await tokenise(element);
        if (made.error) return { error: made.error };
        paymentMethod = made.paymentMethod.id;
      }
      const result = await confirm(secret, paymentMethod, confirmParams.return_url);
      if (result.error || redirect === 'if_required') return result;
      return goBack(confirmParams.return_url, result.paymentIntent);
    },

    async confirmCardPayment(clientSecret, data = {}) {
      const given = data.payment_method;
      if (!given || typeof given === 'string') return confirm(clientSecret, given);
      const made = await tokenise(given.card);
      return made.error ? { error: made.error } : confirm(clientSecret, made.paymentMethod.id);
    },

    async createPaymentMethod({ elements, card }) {
      return tokenise(card ?? emulator.parts.get(elements).element());
    },

    async retrievePaymentIntent(clientSecret) {
      const answer = await api.get(intentPath(clientSecret), { client_secret: clientSecret });
      return answer.error ? { error: answer.error } : { paymentIntent: answer.object };
    },

    async handleNextAction({ clientSecret }) {
      return afterBank(
        await api.get(intentPath(clientSecret), { client_secret: clientSecret }),
        clientSecret,
      );
    },
  };
}

Stripe.version = 3;
window.Stripe = Stripe;
