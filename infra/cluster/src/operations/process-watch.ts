import type { ProcessStory } from '../../../torture/src/evidence/evidence';
import { fatalLines, type NamedText } from '../../../torture/src/evidence/logs';
import type { Namespace, Pod } from './namespace';

interface Seen {
  name: string;
  restartsBefore: number;
  restarts: number;
  killedByUs: number;
  lastEnd: string | undefined;
  log: string;
}

/** How the containers of all pods lived, those included that are gone by now: whoever takes a pod away has it looked at first. */
export class ProcessWatch {
  private readonly seen = new Map<string, Seen>();

  constructor(private readonly namespace: Namespace) {}

  /** What restarted until now, while everything came up, is nothing to complain of. */
  async begin(): Promise<void> {
    await this.look();
    for (const one of this.seen.values()) one.restartsBefore = one.restarts;
  }

  /** Looks at one part, or at all. */
  async look(part?: string): Promise<void> {
    for (const pod of await this.namespace.pods(part)) {
      // One that is about to go may be gone before its log is read; it was looked at when it was told to.
      if (pod.isEnding) continue;
      const log = await this.namespace.do(['logs', pod.name, '--all-containers']);
      for (const { name, restarts, lastEnd } of pod.containers) {
        // By uid: who comes back under the same name, as in a StatefulSet, is another.
        const key = `${pod.uid}/${name}`;
        const { restartsBefore = 0, killedByUs = 0 } = this.seen.get(key) ?? {};
        const known = { name: `${pod.name}/${name}`, restartsBefore, killedByUs };
        this.seen.set(key, { ...known, restarts, lastEnd, log });
      }
    }
  }

  /** Its end is ours. */
  killed(pod: Pod): void {
    for (const { name } of pod.containers) {
      const seen = this.seen.get(`${pod.uid}/${name}`);
      if (seen) seen.killedByUs += 1;
    }
  }

  get stories(): ProcessStory[] {
    return [...this.seen.values()].map(({ restartsBefore, restarts, lastEnd, log, ...one }) => ({
      ...{ name: one.name, killedByUs: one.killedByUs },
      restarts: restarts - restartsBefore,
      ends: restarts > restartsBefore ? [lastEnd ?? 'ended'] : [],
      fatalLines: fatalLines(log),
    }));
  }

  get logs(): NamedText[] {
    return [...this.seen.values()].map(({ name, log }): NamedText => [name, log]);
  }
}
