import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../../src/operations/perform';
import { keepReport } from '../../src/operations/report';
import { tally } from '../../src/operations/tally';

const outcome = (problems: string[]): Outcome => ({
  ...{ name: 'rollout', title: 'a rolling update', seconds: 1, steps: [], seen: tally([]), failures: [] },
  ...{ judgement: undefined, problems },
});

describe('the report that is kept', () => {
  let directory: string;
  beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'gittix-report-'))));
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const keep = (...problems: string[]) =>
    keepReport(directory, {
      outcomes: [outcome(problems)],
      logs: [
        ['nats-0/nats', 'the first'],
        ['nats-0/nats', 'the second'],
      ],
      startedAt: new Date(0),
    });

  it('is one for people and one for programs, and no logs when all went well', async () => {
    const path = await keep();
    const name = 'operations-1970-01-01T00-00-00-000Z';
    expect(path).toBe(join(directory, `${name}.md`));
    expect((await readdir(directory)).sort()).toEqual([`${name}.json`, `${name}.md`]);
    const kept = JSON.parse(await readFile(join(directory, `${name}.json`), 'utf8')) as {
      outcomes: Outcome[];
    };
    expect(kept.outcomes.map(({ title }) => title)).toEqual(['a rolling update']);
  });

  it('has the logs of every pod there ever was when something went wrong', async () => {
    const logs = (await keep('lost an order')).replace(/\.md$/, '-logs');
    expect((await readdir(logs)).sort()).toEqual(['nats-0-nats-0.log', 'nats-0-nats-1.log']);
    await expect(readFile(join(logs, 'nats-0-nats-1.log'), 'utf8')).resolves.toBe('the second');
  });
});
