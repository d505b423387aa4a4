import { setTimeout as sleep } from 'node:timers/promises';
import { send } from './request';

const ARRIVES_MS = 20_000;

/** The answer to a request that was expected to go well. */
export class Answer {
  constructor(
    private readonly what: string,
    readonly text: string,
  ) {}

  /** A field of the JSON it holds. */
  at(field: string): unknown {
    try {
      return (JSON.parse(this.text) as Record<string, unknown>)[field];
    } catch {
      throw new Error(`${this.what} answered no JSON: ${this.text.slice(0, 200)}`);
    }
  }

  textAt(field: string): string {
    const value = this.at(field);
    if (typeof value !== 'string')
      throw new Error(`${this.what} answered no ${field}: ${this.text.slice(0, 200)}`);
    return value;
  }
}

/** Somebody who uses a stage by HTTP alone and keeps the cookies it sets. */
export class Visitor {
  private readonly cookies = new Map<string, string>();

  /** With `via` the requests go to that address, and name the stage's own as browsers would. */
  constructor(
    private readonly url: string,
    private readonly via?: string,
  ) {}

  /** Throws unless the answer has this status. */
  async ask(method: string, path: string, status: number, body?: object): Promise<Answer> {
    const what = `${method} ${path}`;
    const answer = await send({
      method,
      url: new URL(path, this.url),
      via: this.via === undefined ? undefined : new URL(this.via),
      headers: {
        origin: new URL(this.url).origin,
        ...(this.cookies.size > 0 && { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') }),
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    }).catch((error: Error) => {
      throw new Error(`${what} got no answer: ${error.message}`, { cause: error });
    });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    const { text } = answer;
    if (answer.status !== status) {
      throw new Error(`${what} answered ${answer.status}, not ${status}: ${text.slice(0, 200)}`);
    }
    return new Answer(what, text);
  }

  /** Asks until a field has a value: what travels by events takes a moment. */
  async until(path: string, field: string, value: string): Promise<void> {
    const deadline = Date.now() + ARRIVES_MS;
    for (;;) {
      const now = (await this.ask('GET', path, 200)).at(field);
      if (now === value) return;
      if (Date.now() > deadline) {
        throw new Error(
          `${path} has ${field} ${String(now)}, and not ${value}, after ${ARRIVES_MS / 1000} s`,
        );
      }
      await sleep(200);
    }
  }
}
