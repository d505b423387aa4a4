import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { invalidRequest } from '../stripe-error';

export type Audience = 'secret' | 'publishable';

export interface ApiKeys {
  secret: string;
  publishable: string;
}

/**
 * Who asks: the shop's server (secret key) or a browser (publishable key). The key comes as Bearer, as the user of Basic
 * (`curl -u`), or as the parameter `key`, which only browsers use. Throws 401 for none or a wrong one.
 */
export function authenticate(req: Request, keys: ApiKeys): Audience {
  const key = keyOf(req);
  if (key === undefined) {
    throw invalidRequest('You did not provide an API key. Give it as Bearer in the Authorization header.', {
      status: 401,
    });
  }
  if (sameText(key, keys.secret)) return 'secret';
  if (sameText(key, keys.publishable)) return 'publishable';
  throw invalidRequest(`Invalid API Key provided: ${masked(key)}`, { status: 401 });
}

/** Throws 403 when a browser asks for what only the shop may. */
export function requireSecretKey(audience: Audience): void {
  if (audience === 'secret') return;
  throw invalidRequest('This cannot be done with a publishable API key. Use the secret API key.', {
    status: 403,
    code: 'secret_key_required',
  });
}

/** In constant time for texts of one length. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function keyOf(req: Request): string | undefined {
  const [scheme, value] = (req.get('authorization') ?? '').split(' ');
  if (value && /^bearer$/i.test(scheme ?? '')) return value;
  if (value && /^basic$/i.test(scheme ?? '')) return Buffer.from(value, 'base64').toString().split(':')[0];
  const given = (req.method === 'GET' ? req.query : (req.body as Record<string, unknown> | undefined))?.[
    'key'
  ];
  return typeof given === 'string' && given !== '' ? given : undefined;
}

function masked(key: string): string {
  return key.length <= 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}****${key.slice(-4)}`;
}
