import { randomUUID } from 'node:crypto';
import { type Dispatcher, request } from 'undici';
import type { Operation, OperationKind } from '../evidence/evidence';
import { leaks } from '../evidence/leaks';
import type { History } from './history';

/** Longer than the longest pause: an answer that comes late is still an answer. */
const PATIENCE_MS = 20_000;

export interface Call {
  kind: OperationKind;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  target?: string;
  idempotencyKey?: string;
  title?: string;
  price?: number;
  /** Another origin than GitTix's own, and what it takes there. */
  at?: { origin: string; headers: Record<string, string>; form: Record<string, string> };
}

/** Somebody who uses the API by HTTP alone; each request goes into the history. */
export class Person {
  id = '';
  private cookie = '';
  readonly credentials = {
    email: `${randomUUID()}@example.test`,
    password: `correct-horse-${randomUUID()}`,
  };

  constructor(
    readonly name: string,
    readonly role: Operation['role'],
    private readonly world: { url: string; history: History; dispatcher: Dispatcher },
  ) {}

  async signUp(): Promise<void> {
    const { outcome } = await this.asksToSignUp();
    if (outcome !== 'ok') throw new Error(`${this.name} could not sign up`);
  }

  asksToSignUp(): Promise<Operation> {
    return this.do({
      kind: 'sign-up',
      method: 'POST',
      path: '/api/users/signup',
      body: this.credentials,
    });
  }

  /** Somebody else at the same place, whom nobody knows yet. */
  another(): Person {
    return new Person(this.name, this.role, this.world);
  }

  /** A new session, with the role of now. */
  async signIn(): Promise<void> {
    const body = this.credentials;
    const { outcome } = await this.do({ kind: 'sign-in', method: 'POST', path: '/api/users/signin', body });
    if (outcome !== 'ok') throw new Error(`${this.name} could not sign in`);
  }

  /** Never rejects: no answer, or a fault of the server, is an unknown outcome. */
  async do(call: Call): Promise<Operation> {
    const { kind, target, idempotencyKey, title, price } = call;
    const operation: Operation = {
      id: this.world.history.nextId(),
      client: this.name,
      userId: this.id,
      role: this.role,
      kind,
      outcome: 'unknown',
      startedAt: Date.now(),
      endedAt: 0,
      ...(target !== undefined && { target }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      ...(title !== undefined && { title }),
      ...(price !== undefined && { price }),
    };
    try {
      await this.send(call, operation);
    } catch (error) {
      operation.error = String((error as Error).message);
    }
    operation.endedAt = Date.now();
    if (kind === 'sign-up' && operation.outcome === 'ok') {
      this.id = String(operation.answer?.id);
      operation.userId = this.id;
    }
    this.world.history.record(operation);
    return operation;
  }

  private async send({ at, ...call }: Call, operation: Operation): Promise<void> {
    const own = {
      origin: this.world.url,
      ...(this.cookie && { cookie: this.cookie }),
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
      ...(call.idempotencyKey !== undefined && { 'idempotency-key': call.idempotencyKey }),
    };
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...at?.headers };
    const { statusCode, headers, body } = await request((at?.origin ?? this.world.url) + call.path, {
      method: call.method,
      headers: at ? form : own,
      dispatcher: this.world.dispatcher,
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(at && { body: new URLSearchParams(at.form).toString() }),
      ...(!at && call.body !== undefined && { body: JSON.stringify(call.body) }),
    });
    operation.status = statusCode;
    const text = await body.text();
    const set = [headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0]);
    if (!at && set.length > 0) this.cookie = set.join('; ');
    const found = at ? [] : leaks.inAnswer(text).map(({ what }) => what);
    if (found.length > 0) operation.leaks = found;
    // Pages are none, nor is what an ingress says by itself.
    const isJson = /json/.test(String(headers['content-type']));
    const answer = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
    if (statusCode < 300) {
      operation.outcome = 'ok';
      operation.answer = answer;
    } else {
      // 429 of the stand-in for Stripe is a plain refusal: it did nothing.
      operation.outcome = statusCode < 500 ? 'fail' : 'unknown';
      if (typeof answer.code === 'string') operation.code = answer.code;
    }
  }
}
