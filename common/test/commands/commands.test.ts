import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import {
  createMemoryBus,
  createMongoDeadLetters,
  type DeadLetterArchive,
  type MemoryBus,
} from '../../src/bus';
import { deadLetterCommands, republishCommand, runCommandLine, type Command } from '../../src/commands';
import { ConfigError } from '../../src/config';
import { encodeEvent, type AnyEvent } from '../../src/events';
import { createRelay, saveAggregate, type Relay } from '../../src/outbox';
import { on, type Listener } from '../../src/service';
import { newId, silentLogger, testDatabase } from '../../src/testing';
import { counterModel, stage } from '../support/counter';

let database: Awaited<ReturnType<typeof testDatabase>>;
let connection: Connection;
let archive: DeadLetterArchive;
let bus: MemoryBus;
let relay: Relay;
let counters: ReturnType<typeof counterModel>;

beforeAll(async () => {
  database = await testDatabase();
  ({ connection } = database);
  archive = createMongoDeadLetters(connection);
  counters = counterModel(connection);
  bus = createMemoryBus();
  relay = createRelay({ bus, connection, collections: ['counters'], logger: silentLogger });
});
afterAll(async () => {
  await relay.stop();
  await bus.close();
  await database.close();
});
beforeEach(async () => {
  await connection.collection('deadLetters').deleteMany({});
  await counters.deleteMany({});
});

/** What a handler of this service would do: fails while told so. */
let failure: Error | undefined;
let handled: AnyEvent[] = [];
beforeEach(() => {
  failure = undefined;
  handled = [];
});
const listeners = (): Listener[] => [
  on(['TicketCreated', 'TicketUpdated'], (event) => {
    if (failure) return Promise.reject(failure);
    handled.push(event);
    return Promise.resolve();
  }),
];
const places = {
  service: 'orders',
  archive: () => Promise.resolve(archive),
  listeners: () => Promise.resolve(listeners()),
};
const republishing = (through: Pick<MemoryBus, 'publish'> = bus) =>
  republishCommand({
    service: 'tickets',
    collections: ['counters'],
    open: () => Promise.resolve({ connection, bus: through as MemoryBus, logger: silentLogger }),
  });

async function run(line: string, commands: Command[] = deadLetterCommands(places)) {
  const written = { out: '', said: '' };
  const output = {
    out: (text: string) => void (written.out += `${text}\n`),
    say: (text: string) => void (written.said += `${text}\n`),
  };
  const args = line.split(' ').filter((word) => word !== '');
  return { code: await runCommandLine('orders', commands, args, output), ...written };
}

const newCounter = async () => {
  const doc = new counters({ title: 'zero' });
  stage(doc);
  await saveAggregate(relay, doc);
  await relay.idle();
  return doc;
};
const anEvent = async () => (await newCounter()).last as AnyEvent;
const letterOf = async (event: AnyEvent, change: object = {}) => {
  const letter = {
    id: `orders:${event.id}`,
    group: 'orders',
    reason: 'the total does not add up',
    subject: `gittix.ticket.${event.type}`,
    eventId: event.id,
    type: event.type,
    body: encodeEvent(event),
    at: new Date('2026-11-20T12:00:00Z'),
    ...change,
  };
  await archive.put(letter);
  return letter;
};
const ids = async () => (await archive.list(100)).letters.map(({ id }) => id);

describe('dead-letters list', () => {
  it('shows id, type, time and reason, the newest first', async () => {
    expect(await run('dead-letters list')).toEqual({
      code: 0,
      out: 'orders has no dead letters.\n',
      said: '',
    });
    const { id } = await letterOf(await anEvent());
    await archive.put({
      id: 'orders:5e88',
      group: 'orders',
      reason: 'message is not JSON\u001b[2J\nsecond line',
      subject: 'gittix.ticket.TicketCreated',
      body: Uint8Array.of(0xff),
      at: new Date('2026-11-20T13:00:00Z'),
    });
    const { out } = await run('dead-letters list');
    const [headings = '', ...rows] = out.trimEnd().split('\n');
    expect(headings.split(/ {2,}/)).toEqual(['ID', 'TYPE', 'AT', 'REASON']);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ['orders:5e88', '-', '2026-11-20T13:00:00.000Z', 'message is not JSON [2J second line'],
      [id, 'TicketCreated', '2026-11-20T12:00:00.000Z', 'the total does not add up'],
    ]);
  });

  it('says when there is more than it shows', async () => {
    await letterOf(await anEvent());
    await letterOf(await anEvent(), { at: new Date('2026-11-20T14:00:00Z') });
    const { out } = await run('dead-letters list --limit 1');
    expect(out).toMatch(/14:00:00[^]*the newest 1 of 2; more with --limit 2/);
  });
});

describe('dead-letters show', () => {
  it('prints the envelope, with what a terminal could obey made visible', async () => {
    const event = await anEvent();
    (event.data as { title: string }).title = 'a\u009bb';
    const { id } = await letterOf(event);
    const { code, out } = await run(`dead-letters show ${id}`);
    expect(code).toBe(0);
    expect(out).toMatch(/reason +the total does not add up/);
    expect(out).toContain('"title": "a\\u{9b}b"');
    expect(out).toContain(`"id": "${event.id}"`);
  });

  it('prints bytes that are no JSON in base64', async () => {
    const { id } = await letterOf(await anEvent(), { body: Uint8Array.of(0xff, 0x00, 0x7b) });
    expect((await run(`dead-letters show ${id}`)).out).toMatch(/not JSON[^]*\/wB7/);
  });

  it('names what is not there', async () => {
    const { code, said } = await run('dead-letters show orders:nothing');
    expect(code).toBe(1);
    expect(said).toMatch(
      /^orders has no dead letter orders:nothing\. "dead-letters list" shows what there is/,
    );
  });
});

describe('dead-letters replay', () => {
  it('has the handler of this service handle the message, and then removes the letter', async () => {
    const event = await anEvent();
    const { id } = await letterOf(event);
    const { code, out } = await run(`dead-letters replay ${id}`);
    expect(out).toBe(`handled ${id}, the letter is removed\n`);
    expect(code).toBe(0);
    expect(handled).toEqual([event]);
    expect(await ids()).toEqual([]);
  });

  it('keeps the letter when the handler fails again, and says why', async () => {
    const { id } = await letterOf(await anEvent());
    failure = new Error('still does not add up');
    const { code, said } = await run(`dead-letters replay ${id}`);
    expect(code).toBe(1);
    expect(said).toMatch(`${id} failed again, the letter is kept: still does not add up`);
    expect(await ids()).toEqual([id]);
  });

  it('keeps a message that is no event', async () => {
    const { id } = await letterOf(await anEvent(), { body: new TextEncoder().encode('{"id":1}') });
    const { code, said } = await run(`dead-letters replay ${id}`);
    expect(code).toBe(1);
    expect(said).toMatch(/letter is kept: envelope is not valid/);
    expect(await ids()).toEqual([id]);
  });

  it('says so when no handler wants the type any more', async () => {
    const { id } = await letterOf(await anEvent());
    const none = deadLetterCommands({ ...places, listeners: () => Promise.resolve([]) });
    const { code, said } = await run(`dead-letters replay ${id}`, none);
    expect(code).toBe(1);
    expect(said).toMatch(/orders does not listen to TicketCreated/);
    expect(await ids()).toEqual([id]);
  });

  it('with --all takes one after the other, the oldest first, and leaves the failing ones', async () => {
    const second = await letterOf(await anEvent(), { at: new Date('2026-11-20T15:00:00Z') });
    const first = await letterOf(await anEvent());
    const broken = await letterOf(await anEvent(), { body: Uint8Array.of(1) });
    const { code, said } = await run('dead-letters replay --all');
    expect(code).toBe(1);
    expect(said).toMatch(/1 of 3 failed\.\n$/);
    expect(handled.map(({ id }) => `orders:${id}`)).toEqual([first.id, second.id]);
    expect(await ids()).toEqual([broken.id]);
  });

  it('leaves a letter that came under the same id meanwhile', async () => {
    const event = await anEvent();
    const { id } = await letterOf(event);
    const meanwhile = deadLetterCommands({
      ...places,
      listeners: () =>
        Promise.resolve([
          on(
            ['TicketCreated'],
            async () => void (await letterOf(event, { reason: 'another', at: new Date() })),
          ),
        ]),
    });
    const { out } = await run(`dead-letters replay ${id}`, meanwhile);
    expect(out).toMatch(/another message failed under the id/);
    expect((await archive.find(id))?.reason).toBe('another');
  });
});

describe('dead-letters drop', () => {
  it('takes the exact id of one letter', async () => {
    const { id } = await letterOf(await anEvent());
    expect((await run(`dead-letters drop ${id.slice(0, -1)}`)).code).toBe(1);
    expect((await run('dead-letters drop --all')).code).toBe(2);
    expect((await run('dead-letters drop')).code).toBe(2);
    expect(await ids()).toEqual([id]);
    expect(await run(`dead-letters drop ${id}`)).toEqual({ code: 0, out: `dropped ${id}\n`, said: '' });
    expect(await ids()).toEqual([]);
  });
});

describe('republish', () => {
  it('sends the newest event of each aggregate once more, with its id but as another message', async () => {
    const made = [await newCounter(), await newCounter()];
    const changed = made[0] ?? (await newCounter());
    changed.title = 'one';
    stage(changed);
    await saveAggregate(relay, changed);
    await relay.idle();
    const sent: { id: string; messageId: string | undefined }[] = [];
    const publish: MemoryBus['publish'] = async (event, options) => {
      sent.push({ id: event.id, messageId: options?.messageId });
      await bus.publish(event, options);
    };
    const before = bus.published.length;
    const { code, out } = await run('republish', [republishing({ publish })]);
    expect(code).toBe(0);
    const [, number = '', run1 = ''] = /^counters: (\d+) sent \(run (\w+)\)$/m.exec(out) ?? [];
    expect(number).toBe('2');
    const newest = [`ticket.${changed.id}.1`, `ticket.${made[1]?.id}.0`];
    expect(sent.map(({ id }) => id).sort()).toEqual([...newest].sort());
    expect(sent.every(({ id, messageId }) => messageId === `${id}.r${run1}`)).toBe(true);
    // The broker, which drops repeated message ids, stored them again; and the next run as well.
    expect(bus.published).toHaveLength(before + 2);
    await run('republish', [republishing()]);
    expect(bus.published).toHaveLength(before + 4);
  });

  it('comes through a broker that fails now and then, with at most 64 at once', async () => {
    const docs = Array.from({ length: 700 }, () => {
      const doc = new counters({ title: 'zero' });
      stage(doc);
      return doc;
    });
    await counters.insertMany(docs);
    let underWay = 0;
    let most = 0;
    let calls = 0;
    const seen = new Set<string>();
    const publish: MemoryBus['publish'] = async (event) => {
      most = Math.max(most, (underWay += 1));
      await delay(1);
      underWay -= 1;
      if ((calls += 1) === 100) throw new Error('the broker did not confirm');
      seen.add(event.id);
    };
    const { code, out } = await run('republish', [republishing({ publish })]);
    expect(code).toBe(0);
    expect(out).toMatch(/^counters: 700 sent/);
    expect(seen.size).toBe(700);
    expect(most).toBe(64);
  });
});

describe('republish under load', () => {
  it('ends, though aggregates are made faster than it sends', async () => {
    await newCounter();
    const publish: MemoryBus['publish'] = async () => {
      await newCounter();
    };
    expect((await run('republish', [republishing({ publish })])).out).toMatch(/^counters: 1 sent/);
  });
});

describe('the command line', () => {
  const broken = (error: Error): Command => ({
    name: 'break',
    parameters: '',
    summary: 'Breaks',
    run: () => Promise.reject(error),
  });

  it.each([
    ['', 2],
    ['celebrate', 2],
    ['--help', 0],
    ['dead-letters --help', 0],
  ])('%j shows what there is', async (line, code) => {
    const answer = await run(line);
    expect(answer.code).toBe(code);
    expect(answer.out + answer.said).toMatch(
      /node orders\/dist\/command.js dead-letters replay ID… \| --all/,
    );
  });

  it('explains each command, without settings', async () => {
    const { code, out } = await run('dead-letters drop --help');
    expect(code).toBe(0);
    expect(out).toMatch(/^node orders\/dist\/command.js dead-letters drop ID\n[^]*the whole id/);
  });

  it.each([
    'dead-letters list 5',
    'dead-letters list --limit all',
    'dead-letters show',
    'dead-letters replay',
    'dead-letters drop a b',
    'dead-letters list --loud',
  ])('%j is refused with the right usage', async (line) => {
    const { code, said } = await run(line);
    expect(code).toBe(2);
    expect(said).toMatch(/node orders\/dist\/command.js dead-letters/);
  });

  it('tells a missing setting in words and a bug with its stack', async () => {
    const config = await run('break', [broken(new ConfigError(['MONGO_URL: is required']))]);
    expect(config.code).toBe(78);
    expect(config.said).toMatch(/MONGO_URL: is required\n[^]*run it where the service runs/);
    const bug = await run('break', [broken(new Error('oh', { cause: new Error(newId()) }))]);
    expect(bug.code).toBe(1);
    expect(bug.said).toMatch(/Error: oh\n +at [^]*caused by: Error: [0-9a-f]{24}/);
  });
});
