import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import type { Instance } from '../instance/instance';
import { STRIPE_FAULTS } from './catalogue';

const ANSWER_MS = 3_000;
const LOOK_EVERY_MS = 500;
/** It may be paused for as long as anything is. */
const PATIENCE_MS = 15_000;

interface Programmed {
  spell: string;
  /** Hits that were counted already; a restart of the emulator begins again at 0. */
  counted: number;
}

/** The fault switch of the stand-in for Stripe, by HTTP. It forgets all when it is killed: then it is told again. */
export class StripeSwitch {
  /** How often each kind of fault took effect. */
  readonly hits = new Map<string, number>();
  private readonly active: string[] = [];
  private programmed: Programmed[] = [];
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly url: string,
    private readonly authorization: string,
    private readonly seed: number,
  ) {}

  /** Undefined when there is no such switch. */
  static async find(instance: Instance, seed: number): Promise<StripeSwitch | undefined> {
    const url = `http://127.0.0.1:${instance.portOf('stripe-emulator')}/_emulator/faults`;
    const key = await instance.stripeSecretKey();
    const found = new StripeSwitch(url, `Basic ${Buffer.from(`${key}:`).toString('base64')}`, seed);
    return (await found.ask('GET')) ? found : undefined;
  }

  /** Goes wrong for a while, beside whatever else is on, from when the emulator has been told; false when it was down for too long. */
  async spell(name: string, lastsMs: number, until: AbortSignal): Promise<boolean> {
    let endsAt = Date.now() + PATIENCE_MS;
    this.active.unshift(name);
    let wasOn = false;
    while (Date.now() < endsAt && !until.aborted) {
      const isOn = await this.inTurn(() => this.bringAbout());
      if (isOn && !wasOn) endsAt = Date.now() + lastsMs;
      wasOn ||= isOn;
      await delay(Math.min(LOOK_EVERY_MS, Math.max(0, endsAt - Date.now())));
    }
    this.active.splice(this.active.indexOf(name), 1);
    await this.inTurn(() => this.bringAbout());
    return wasOn;
  }

  /** Ends what is on, and says whether the emulator confirmed it. */
  off(): Promise<boolean> {
    this.active.length = 0;
    return this.inTurn(() => this.bringAbout());
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** Makes the emulator do what is wanted now; true when it does. */
  private async bringAbout(): Promise<boolean> {
    const standing = await this.ask('GET');
    if (!standing) return false;
    this.count(standing);
    const wanted = this.active.flatMap((spell) =>
      (STRIPE_FAULTS[spell] ?? []).map((fault, index) => ({
        spell,
        fault: { ...fault, seed: this.seed + index },
      })),
    );
    const isAsWanted =
      standing.length === wanted.length &&
      wanted.every(({ spell }, index) => this.programmed[index]?.spell === spell);
    if (isAsWanted) return true;
    const answer = await this.ask('PUT', { faults: wanted.map(({ fault }) => fault) });
    if (!answer) return false;
    this.programmed = wanted.map(({ spell }) => ({ spell, counted: 0 }));
    return true;
  }

  private count(standing: readonly { hits: number }[]): void {
    if (standing.length !== this.programmed.length) return;
    this.programmed.forEach((one, index) => {
      const hits = standing[index]?.hits ?? 0;
      const more = hits - (hits < one.counted ? 0 : one.counted);
      one.counted = hits;
      this.hits.set(one.spell, (this.hits.get(one.spell) ?? 0) + more);
    });
  }

  /** The faults that stand, with their hits; undefined when it does not answer as it should. */
  private async ask(method: 'GET' | 'PUT', body?: unknown): Promise<{ hits: number }[] | undefined> {
    try {
      const answer = await request(this.url, {
        method,
        headers: { authorization: this.authorization, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const text = await answer.body.text();
      return answer.statusCode === 200
        ? (JSON.parse(text) as { faults: { hits: number }[] }).faults
        : undefined;
    } catch (error) {
      // It is killed and paused like everything else; whoever asks counts this as not done.
      return void error;
    }
  }
}
