import { randomUUID } from 'node:crypto';
import request, { type Response } from 'supertest';

export const PASSWORD = 'correct horse battery';

export const newEmail = () => `Ada.${randomUUID()}@Example.org`;

export const signUp = (url: string, email = newEmail(), password = PASSWORD) =>
  request(url).post('/api/users/signup').send({ email, password });

export const signIn = (url: string, email: string, password = PASSWORD) =>
  request(url).post('/api/users/signin').send({ email, password });

export interface SetCookie {
  name: string;
  value: string;
  /** In lower case: `path=/`, `httponly`, … */
  attributes: string[];
}

/** The one cookie an answer sets. */
export function setCookie(answer: Response): SetCookie {
  const cookies = (answer.headers['set-cookie'] ?? []) as unknown as string[];
  if (cookies.length !== 1) throw new Error(`expected one Set-Cookie, got ${cookies.length}`);
  const [pair = '', ...attributes] = (cookies[0] ?? '').split('; ');
  const at = pair.indexOf('=');
  return {
    name: pair.slice(0, at),
    value: pair.slice(at + 1),
    attributes: attributes.map((attribute) => attribute.toLowerCase()),
  };
}

export function tokenIn(cookie: SetCookie): string {
  const { jwt } = JSON.parse(Buffer.from(cookie.value, 'base64').toString()) as { jwt: string };
  return jwt;
}

/** A `Cookie` header that bears this token. */
export function cookieWith(token: string, name = 'session'): string {
  return `${name}=${Buffer.from(JSON.stringify({ jwt: token })).toString('base64')}`;
}

/** `field` of every error of a problem answer. */
export function fieldsOf(answer: Response): (string | undefined)[] {
  return (answer.body as { errors: { field?: string }[] }).errors.map(({ field }) => field);
}
