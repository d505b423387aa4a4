import type { DeadLetter, DeadLetterArchive } from '../bus';
import { decodeEvent } from '../events';
import { withLogContext } from '../logging';
import type { Listener } from '../service';
import { readArguments } from './arguments';
import { CommandError, UsageError, type Command, type Output } from './command';
import { oneLine, table } from './table';

export interface DeadLetterPlaces {
  service: string;
  /** Opens what holds the letters. */
  archive: () => Promise<DeadLetterArchive>;
  /** Opens what the service's own handlers need. */
  listeners: () => Promise<Listener[]>;
}

const REASON_LENGTH = 100;
/** For `replay --all`; what is beyond is left to the next one. */
const MOST_AT_ONCE = 100_000;

/** `dead-letters list|show|replay|drop` of one service, for its own letters. */
export function deadLetterCommands(places: DeadLetterPlaces): Command[] {
  const { service } = places;
  return [
    {
      name: 'dead-letters list',
      parameters: '[--limit N]',
      summary: `Lists what ${service} gave up, newest first`,
      details: 'Shows the newest 100 unless told by --limit.',
      run: (args, output) => list(places, args, output),
    },
    {
      name: 'dead-letters show',
      parameters: 'ID',
      summary: 'Shows one letter: why it failed, and the message itself',
      details: 'Bytes that are no JSON are shown in base64.',
      run: async (args, { out }) => {
        const letter = await find(await places.archive(), places, onlyId(args));
        out(describe(letter));
      },
    },
    {
      name: 'dead-letters replay',
      parameters: 'ID… | --all',
      summary: `Has the handler of ${service} that failed handle it again, and no other`,
      details:
        'It runs in this process. The letter is removed after the handler has succeeded; when it fails again, the letter stays.',
      run: (args, output) => replay(places, args, output),
    },
    {
      name: 'dead-letters drop',
      parameters: 'ID',
      summary: 'Throws one letter away for good',
      details: 'Takes the whole id as `dead-letters list` shows it, one at a time.',
      run: async (args, { out }) => {
        const archive = await places.archive();
        const letter = await find(archive, places, onlyId(args));
        if (!(await archive.remove(letter))) throw new CommandError(changed(letter.id));
        out(`dropped ${letter.id}`);
      },
    },
  ];
}

async function list({ service, archive }: DeadLetterPlaces, args: string[], { out }: Output): Promise<void> {
  const { values, positionals } = readArguments(args, { limit: { type: 'string', default: '100' } });
  if (positionals.length > 0) throw new UsageError(`"${positionals.join(' ')}" is more than list takes.`);
  if (!/^[1-9]\d{0,6}$/.test(values.limit)) throw new UsageError('--limit needs a whole number from 1 on.');
  const { letters, total } = await (await archive()).list(Number(values.limit));
  if (total === 0) return out(`${service} has no dead letters.`);
  const rows = letters.map(({ id, type, reason, at }) => [
    id,
    type ?? '-',
    at.toISOString(),
    oneLine(reason, REASON_LENGTH),
  ]);
  out(table(['ID', 'TYPE', 'AT', 'REASON'], rows));
  if (letters.length < total) out(`… the newest ${letters.length} of ${total}; more with --limit ${total}`);
}

async function replay(places: DeadLetterPlaces, args: string[], { out, say }: Output): Promise<void> {
  const { values, positionals } = readArguments(args, { all: { type: 'boolean', default: false } });
  if (values.all === positionals.length > 0) throw new UsageError('Name the letters by id, or say --all.');
  const archive = await places.archive();
  const ids = values.all ? await everyId(archive) : positionals;
  if (ids.length === 0) return out(`${places.service} has no dead letters.`);
  const listeners = await places.listeners();
  let failed = 0;
  for (const id of ids) {
    const letter = await find(archive, places, id);
    try {
      await handle(letter, listeners, places.service);
    } catch (error) {
      failed += 1;
      say(
        `${id} failed again, the letter is kept: ${error instanceof Error ? error.message : String(error)}`,
      );
      continue;
    }
    const removed = await archive.remove(letter);
    out(removed ? `handled ${id}, the letter is removed` : `handled ${id}; ${changed(id)}`);
  }
  if (failed > 0) throw new CommandError(`${failed} of ${ids.length} failed.`);
}

/** Oldest first, as they came. */
async function everyId(archive: DeadLetterArchive): Promise<string[]> {
  const { letters } = await archive.list(MOST_AT_ONCE);
  return letters.map(({ id }) => id).reverse();
}

/** The way of a message from the bus to its handler, without the second chances. */
async function handle({ body, subject }: DeadLetter, listeners: Listener[], service: string): Promise<void> {
  const event = decodeEvent(body);
  const listener = listeners.find(({ types }) => types.includes(event.type));
  if (!listener) {
    throw new CommandError(
      `${service} does not listen to ${event.type} (${subject}); nothing is left to do but drop it`,
    );
  }
  const { id: eventId, traceparent } = event;
  await withLogContext({ eventId, ...(traceparent ? { traceparent } : {}) }, () => listener.handle(event));
}

function onlyId(args: string[]): string {
  const { positionals } = readArguments(args, {});
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw new UsageError('Name one letter by its id.');
  return id;
}

async function find(
  archive: DeadLetterArchive,
  { service }: DeadLetterPlaces,
  id: string,
): Promise<DeadLetter> {
  const letter = await archive.find(id);
  if (letter) return letter;
  throw new CommandError(
    `${service} has no dead letter ${oneLine(id, 300)}. "dead-letters list" shows what there is; a letter belongs to one service only.`,
  );
}

const changed = (id: string) =>
  `another message failed under the id ${id} meanwhile, or somebody removed it: look again`;

function describe({ body, reason, ...letter }: DeadLetter): string {
  const rows = [
    ['id', letter.id],
    ['type', letter.type ?? '-'],
    ['event', letter.eventId ?? '-'],
    ['subject', letter.subject],
    ['at', letter.at.toISOString()],
    ['bytes', String(body.byteLength)],
    ['reason', oneLine(reason, 4_000)],
  ].map(([name = '', value = '']) => `${name.padEnd(8)} ${oneLine(value, 4_000)}`);
  return [...rows, '', contentOf(body)].join('\n');
}

/** What JSON leaves as it is and a terminal might obey. */
const HIDDEN = /[^\P{Cc}\n]|\p{Cf}/gu;
const escaped = (character: string) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** JSON is printed as JSON; all else is base64. */
function contentOf(body: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return JSON.stringify(JSON.parse(text), null, 2).replace(HIDDEN, escaped);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `(not JSON: ${oneLine(why, 200)}; in base64)\n${Buffer.from(body).toString('base64')}`;
  }
}
