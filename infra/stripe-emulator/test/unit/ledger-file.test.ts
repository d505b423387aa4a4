import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerEntry } from '../../src/ledger/entry';
import { LedgerFile } from '../../src/ledger/ledger-file';
import { REPLY_KEPT_MS, State } from '../../src/ledger/state';
import { cleanUp, temporaryDirectory } from '../support/emulator';

function entry(seq: number, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    seq,
    atMs: seq,
    operation: 'payment_intent.create',
    requestId: null,
    status: 200,
    subject: null,
    changes: {},
    events: [],
    reply: null,
    ...more,
  };
}

describe('the ledger file', () => {
  afterEach(cleanUp);

  it('gives back what was appended, in order, also when many come at once', async () => {
    const path = join(await temporaryDirectory(), 'deep', 'ledger.jsonl');
    const { ledger } = await LedgerFile.open(path);
    const all = Array.from({ length: 500 }, (_, index) => entry(index + 1));
    await Promise.all(all.map((each) => ledger.append(each)));
    await ledger.close();
    const again = await LedgerFile.open(path);
    await again.ledger.close();
    expect(again.entries).toEqual(all);
    expect(again.droppedBytes).toBe(0);
  });

  it('cuts off an unfinished last line and goes on behind the last whole one', async () => {
    const path = join(await temporaryDirectory(), 'ledger.jsonl');
    const first = await LedgerFile.open(path);
    await first.ledger.append(entry(1));
    await first.ledger.close();
    await appendFile(path, '{"seq":2,"atMs":2,"oper');
    const second = await LedgerFile.open(path);
    expect(second.entries).toEqual([entry(1)]);
    expect(second.droppedBytes).toBe(23);
    await second.ledger.append(entry(2));
    await second.ledger.close();
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3);
  });

  it('refuses to guess about a broken line in the middle', async () => {
    const path = join(await temporaryDirectory(), 'ledger.jsonl');
    await writeFile(path, `${JSON.stringify(entry(1))}\n{"seq":\n${JSON.stringify(entry(3))}\n`);
    await expect(LedgerFile.open(path)).rejects.toThrow('line 2 of the ledger');
  });

  it('takes nothing more once it is closed', async () => {
    const path = join(await temporaryDirectory(), 'ledger.jsonl');
    const { ledger } = await LedgerFile.open(path);
    await ledger.close();
    await expect(ledger.append(entry(1))).rejects.toThrow('the ledger is closed');
    expect(await readFile(path, 'utf8')).toBe('');
  });
});

describe('stored answers', () => {
  const reply = (key: string, atMs: number) => ({
    key,
    endpoint: 'POST /v1/refunds',
    fingerprint: 'f',
    status: 200,
    body: '{}',
    requestId: 'req_1',
    atMs,
  });

  it('are kept 24 hours and no longer', () => {
    const state = new State();
    state.apply(entry(1, { reply: reply('a', 1_000) }));
    expect(state.reply('a', 1_000 + REPLY_KEPT_MS - 1)).toMatchObject({ key: 'a' });
    expect(state.reply('a', 1_000 + REPLY_KEPT_MS)).toBeUndefined();
  });
});
