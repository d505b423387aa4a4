import { parseOptions } from '@node-rs/argon2';
import { createPasswordHasher, createWaitingLine } from '../../src/passwords';

describe('the waiting line', () => {
  /** Work that ends when told. */
  function openWork() {
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const work = (n: number) => () => {
      started.push(n);
      return new Promise<number>((resolve) => (ends[n] = () => resolve(n)));
    };
    return { started, work, end: (n: number) => ends[n]?.() };
  }

  it('runs two at once, the others in order, and refuses with 503 when it is full', async () => {
    const line = createWaitingLine({ atOnce: 2, mostWaiting: 2 });
    const { started, work, end } = openWork();
    const answers = [0, 1, 2, 3].map((n) => line(work(n)));
    expect(started).toEqual([0, 1]);
    await expect(line(work(4))).rejects.toMatchObject({ code: 'unavailable', status: 503, retryAfter: 1 });

    end(1);
    await answers[1];
    expect(started).toEqual([0, 1, 2]);
    end(0);
    await answers[0];
    expect(started).toEqual([0, 1, 2, 3]);
    end(2);
    end(3);
    await expect(Promise.all(answers)).resolves.toEqual([0, 1, 2, 3]);
  });

  it('gives the place on when work fails, and is empty afterwards', async () => {
    const line = createWaitingLine({ atOnce: 1, mostWaiting: 1 });
    const failing = line(() => Promise.reject(new Error('no')));
    const next = line(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('next');
    await expect(line(() => Promise.resolve('later'))).resolves.toBe('later');
  });

  it('lets nobody who comes meanwhile overtake the one whose turn it is', async () => {
    const line = createWaitingLine({ atOnce: 1, mostWaiting: 5 });
    const { started, work, end } = openWork();
    const first = line(work(0));
    const second = line(work(1));
    end(0);
    await first;
    const third = line(work(2));
    expect(started).toEqual([0, 1]);
    end(1);
    await second;
    end(2);
    await third;
    expect(started).toEqual([0, 1, 2]);
  });
});

describe('the password hasher', () => {
  const hasher = createPasswordHasher({ atOnce: 1, mostWaiting: 100 });

  it('makes salted argon2id hashes of 19 MiB, two passes, one lane', async () => {
    const { hash } = await hasher;
    const [one, two] = await Promise.all([hash('correct horse'), hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(parseOptions(one)).toMatchObject({ saltLen: 16, outputLen: 32 });
    expect(one).not.toBe(two);
  });

  it('knows the right password from a wrong one, and one typed with composed accents', async () => {
    const { hash, matches } = await hasher;
    const stored = await hash('cafe\u0301 au lait');
    await expect(matches('caf\u00e9 au lait', stored)).resolves.toBe(true);
    await expect(matches('cafe au lait', stored)).resolves.toBe(false);
    await expect(matches('Caf\u00e9 au lait', stored)).resolves.toBe(false);
  });

  it('works as hard for nobody as for somebody, and says no', async () => {
    const { hash, matches } = await hasher;
    const stored = await hash('correct horse');
    const work = async (passwordHash: string | undefined) => {
      const before = process.cpuUsage();
      expect(await matches('wrong horse', passwordHash)).toBe(false);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    // In turn, and the least of many: whatever else the machine does only adds to it.
    let [forSomebody, forNobody] = [Infinity, Infinity];
    for (let n = 0; n < 15; n++) {
      forSomebody = Math.min(forSomebody, await work(stored));
      forNobody = Math.min(forNobody, await work(undefined));
    }
    expect(forNobody / forSomebody).toBeGreaterThan(0.5);
    expect(forNobody / forSomebody).toBeLessThan(2);
  });

  it('refuses with 503 who comes when the line is full, at once', async () => {
    const small = await createPasswordHasher({ atOnce: 1, mostWaiting: 1 });
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => small.hash('correct horse')));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    await expect(small.matches('x', undefined)).resolves.toBe(false);
  });
});
