import { randomUUID } from 'node:crypto';
import { type Dispatcher, request } from 'undici';
import { poll } from '../poll';

/** Longer than an answer may take by far: what has none by then has none at all. */
export const PATIENCE_MS = 30_000;
/** Tokens may live ten minutes only. */
const RENEW_MS = 4 * 60_000;
/** How long the front door may be too busy (503) for one shopper, and when to knock again. */
const BUSY_MS = 120_000;
const COME_AGAIN_MS = 1_000;

/** Somebody with an account, signed in by the front door. */
export class Shopper {
  id = '';
  private cookie = '';
  private signedInAt = 0;
  private readonly credentials = {
    email: `${randomUUID()}@example.test`,
    password: `correct-horse-${randomUUID()}`,
  };

  private constructor(
    private readonly url: string,
    private readonly dispatcher: Dispatcher,
  ) {}

  static async signedUp(url: string, dispatcher: Dispatcher): Promise<Shopper> {
    return patiently('signed up', async () => {
      // Somebody else each time: nobody knows what came of a request that was answered with 503.
      const shopper = new Shopper(url, dispatcher);
      const account = await shopper.enter('/api/users/signup', 201);
      shopper.id = account?.id ?? '';
      return account && shopper;
    });
  }

  /** What a browser on GitTix's own page sends with every request. */
  headers(): Record<string, string> {
    return { cookie: this.cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
  }

  /** Signs in again before the token ends. */
  async renew(): Promise<void> {
    if (Date.now() - this.signedInAt < RENEW_MS) return;
    await patiently('signed in again', () => this.enter('/api/users/signin', 200));
  }

  /** Answers whose account it is; nothing when the front door is too busy. */
  private async enter(path: string, wanted: number): Promise<{ id: string } | undefined> {
    const { statusCode, headers, body } = await request(this.url + path, {
      method: 'POST',
      headers: { origin: this.url, 'content-type': 'application/json' },
      body: JSON.stringify(this.credentials),
      dispatcher: this.dispatcher,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await body.text();
    if (statusCode === 503) return undefined;
    if (statusCode !== wanted) throw new Error(`${path} answered ${statusCode}: ${text}`);
    const set = [headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0]);
    this.cookie = set.join('; ');
    this.signedInAt = Date.now();
    return JSON.parse(text) as { id: string };
  }
}

/** Everybody comes at once: who is told to come later does. */
const patiently = <T>(what: string, enter: () => Promise<T | undefined>) =>
  poll(enter, { timeoutMs: BUSY_MS, everyMs: COME_AGAIN_MS, what: () => `somebody ${what}` });
