/* global emulator, document, fetch, URLSearchParams */

/** Where this script came from is where the API is. */
emulator.origin = new URL(document.currentScript.src).origin;

/** Calls the API as a browser may. Resolves with the object, or with Stripe's error; never rejects. */
emulator.createApi = function createApi(publishableKey, texts) {
  const call = async (path, init) => {
    try {
      const response = await fetch(new URL(path, emulator.origin), { credentials: 'omit', ...init });
      const body = await response.json();
      return body.error ? { error: body.error } : { object: body };
    } catch (cause) {
      return { error: { type: 'api_connection_error', message: texts().connection, detail: String(cause) } };
    }
  };
  const headers = { Authorization: `Bearer ${publishableKey}` };
  return {
    post: (path, params) =>
      call(path, { method: 'POST', headers, body: new URLSearchParams(emulator.formPairs(params)) }),
    get: (path, params) => call(`${path}?${new URLSearchParams(emulator.formPairs(params))}`, { headers }),
  };
};

/** `{ card: { number } }` as `card[number]`; undefined members are left out. */
emulator.formPairs = function formPairs(params, prefix) {
  return Object.entries(params).flatMap(([key, value]) => {
    const name = prefix ? `${prefix}[${key}]` : key;
    if (value === undefined || value === null) return [];
    return typeof value === 'object' ? emulator.formPairs(value, name) : [[name, String(value)]];
  });
};

/** A client secret begins with its intent's id. */
emulator.intentIdOf = function intentIdOf(clientSecret) {
  const [, id] = /^(pi_[A-Za-z0-9]+)_secret_/.exec(clientSecret ?? '') ?? [];
  if (!id) throw new Error('Give the client secret of a PaymentIntent: pi_…_secret_….');
  return id;
};
