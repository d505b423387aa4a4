import { Agent } from 'undici';
import type { Operation } from '../evidence/evidence';
import type { Random } from '../random';
import { seededRandom } from '../random';
import { Board } from './board';
import { buy } from './buyer';
import type { History } from './history';
import { refundSome } from './operator';
import { Person } from './person';
import { sell } from './seller';
import { steal } from './thief';
import { visit } from './visitor';

/** How many there are of each. */
export type Sizes = Readonly<Record<Operation['role'], number>>;
export const SIZES: Sizes = { buyer: 16, seller: 4, thief: 2, operator: 1, visitor: 0 };

export interface Crowd {
  /** Resolves when everybody has finished what they had begun. */
  stop(): Promise<void>;
}

/** Signs everybody up and sets them going, each with random numbers of their own. */
export async function startCrowd(options: {
  url: string;
  history: History;
  random: Random;
  ttlMs: number;
  sizes?: Sizes;
  /** Makes an operator of an account. */
  promote: (email: string) => Promise<void>;
}): Promise<Crowd> {
  const { url, history, random, ttlMs, promote, sizes = SIZES } = options;
  const dispatcher = new Agent({ connections: 64, headersTimeout: 25_000, bodyTimeout: 25_000 });
  const board = new Board();
  const people = (['seller', 'buyer', 'thief', 'operator', 'visitor'] as const).flatMap((role) =>
    Array.from(
      { length: sizes[role] },
      (_, index) => new Person(`${role}-${index + 1}`, role, { url, history, dispatcher }),
    ),
  );
  for (const person of people) await person.signUp();
  for (const person of people.filter(({ role }) => role === 'operator')) {
    await promote(person.credentials.email);
    await person.signIn();
  }

  let going = true;
  const live = async (person: Person, own: Random) => {
    while (going) {
      if (person.role === 'buyer') await buy(person, board, own, ttlMs);
      else if (person.role === 'seller') await sell(person, board, own);
      else if (person.role === 'operator') await refundSome(person, board, own);
      else if (person.role === 'visitor') await visit(person.another(), board, own);
      else await steal(person, board, own);
    }
  };
  const lives = Promise.all(people.map((person) => live(person, seededRandom(random.between(1, 2 ** 31)))));
  // Whoever fails is heard when they stop; until then nobody may be listening.
  lives.catch(() => undefined);
  return {
    stop: async () => {
      going = false;
      await lives.finally(() => dispatcher.destroy());
    },
  };
}
