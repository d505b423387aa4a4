import { problem, ticketPage } from '@gittix/common/api';
import type { Secrets } from '../supervisor/secrets';
import { demoTickets } from './demo-tickets';

const SELLER = 'seller@demo.gittix.example';
const BUYER = 'buyer@demo.gittix.example';
const ANSWER_MS = 15_000;

/** The API did not take the demo data. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

interface Call {
  method?: 'GET' | 'POST';
  cookie?: string;
  body?: unknown;
}

async function call(url: string, { method = 'GET', cookie, body }: Call): Promise<Response> {
  const headers: Record<string, string> = { Origin: new URL(url).origin };
  if (cookie !== undefined) headers.Cookie = cookie;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return fetch(url, {
    method,
    headers,
    signal: AbortSignal.timeout(ANSWER_MS),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function failure(what: string, response: Response): Promise<SeedError> {
  const text = await response.text();
  return new SeedError(`--seed: ${what} was answered with ${response.status}: ${text.slice(0, 300)}`);
}

/** Signs up, or in when the account is there already; answers the session cookie. */
async function account(base: string, email: string, password: string): Promise<string> {
  let response = await call(`${base}/api/users/signup`, { method: 'POST', body: { email, password } });
  if (!response.ok) {
    const refusal = problem.safeParse(await response.clone().json());
    if (refusal.data?.code !== 'email_taken') throw await failure(`the sign-up of ${email}`, response);
    response = await call(`${base}/api/users/signin`, { method: 'POST', body: { email, password } });
    if (!response.ok) throw await failure(`the sign-in of ${email}`, response);
  }
  const cookies = response.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');
  if (cookies.length === 0) throw new SeedError(`--seed: signing in ${email} gave no session cookie`);
  return cookies.join('; ');
}

/** Adds the demo accounts and tickets through the public API; what is there already stays as it is. */
export async function seedDemo(base: string, secrets: Secrets, say: (line: string) => void): Promise<void> {
  const password = secrets.demoPassword;
  const cookie = await account(base, SELLER, password);
  await account(base, BUYER, password);
  const listed = await call(`${base}/api/tickets?seller=me&perPage=100`, { cookie });
  if (!listed.ok) throw await failure("the list of the demo seller's tickets", listed);
  const { totalItems } = ticketPage.parse(await listed.json());
  if (totalItems === 0) {
    for (const body of demoTickets(new Date())) {
      const response = await call(`${base}/api/tickets`, { method: 'POST', cookie, body });
      if (!response.ok) throw await failure(`the listing of "${body.title}"`, response);
    }
  }
  say(`Demo accounts: ${SELLER} (sells) and ${BUYER} (buys), password ${password}`);
}
