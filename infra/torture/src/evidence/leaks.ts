/** What must be in no log, event or answer (I19). */
const SECRETS: readonly [name: string, pattern: RegExp][] = [
  ['a Stripe secret key', /sk_test_[A-Za-z0-9]{8,}/],
  ['a webhook secret', /whsec_[A-Za-z0-9]{8,}/],
  ['a private key', /"d"\s*:\s*"[A-Za-z0-9_-]{20,}"|BEGIN [A-Z ]*PRIVATE KEY/],
  ['a password hash', /\$argon2/],
  ['a card number', /\b(?:4242424242424242|4000000000000002|5555555555554444)\b/],
  ['a password', /correct-horse-[0-9a-f-]{36}/],
];
/** The buyer is told it, and nobody else. */
const CLIENT_SECRET = ['a client secret', /pi_\w+?_secret_\w+/] as const;
/** Only the cookie carries it. */
const TOKEN = ['an access token', /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/] as const;
const COOKIE = ['a session cookie', /session=eyJ[\w-]{20,}/] as const;
/** A log may have stacks, for us; an answer or an event may not. */
const STACK = ['a stack', /\n\s+at .+:\d+:\d+|\\n\s+at .+:\d+:\d+/] as const;

export const leaks = {
  inLog: (text: string) => matches(text, [...SECRETS, CLIENT_SECRET, TOKEN, COOKIE]),
  inEvent: (text: string) => matches(text, [...SECRETS, CLIENT_SECRET, TOKEN, COOKIE, STACK]),
  inAnswer: (text: string) => matches(text, [...SECRETS, TOKEN, STACK]),
};

function matches(
  text: string,
  patterns: readonly (readonly [string, RegExp])[],
): { what: string; index: number }[] {
  return patterns.flatMap(([what, pattern]) => {
    const index = text.search(pattern);
    return index < 0 ? [] : [{ what, index }];
  });
}
