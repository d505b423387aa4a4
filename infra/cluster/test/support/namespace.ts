import { Namespace } from '../../src/operations/namespace';

/** kubectl that answers by a table of commands, the newest entry that fits first, and remembers what it was asked. */
export function fakeNamespace(answers: Record<string, unknown> = {}) {
  const asked: string[] = [];
  const table = { ...answers };
  const answerTo = (args: string[]): string => {
    const words = (args[0] === '-n' ? args.slice(2) : args).join(' ');
    asked.push(words);
    const fitting = Object.keys(table).filter((start) => words.startsWith(start));
    const found = fitting.sort((a, b) => b.length - a.length)[0];
    if (found === undefined) throw new Error(`kubectl ${words} was not told of`);
    const answer = table[found];
    const said: unknown = typeof answer === 'function' ? (answer as () => unknown)() : answer;
    return typeof said === 'string' ? said : JSON.stringify(said);
  };
  const kubectl = (args: string[]) =>
    new Promise<string>((resolve) => {
      resolve(answerTo(args));
    });
  return { namespace: new Namespace(kubectl, 'shop'), asked, table };
}

export const pod = (
  name: string,
  over: { part?: string; ready?: boolean; ending?: boolean; restarts?: number; lastEnd?: number } = {},
) => ({
  metadata: {
    ...{ name, uid: `uid-${name}`, labels: { 'app.kubernetes.io/name': over.part ?? 'orders' } },
    ...(over.ending && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
  },
  status: {
    conditions: [{ type: 'Ready', status: over.ready === false ? 'False' : 'True' }],
    containerStatuses: [
      {
        ...{ name: 'app', restartCount: over.restarts ?? 0, containerID: 'containerd://0123456789ab' },
        lastState:
          over.lastEnd === undefined ? {} : { terminated: { exitCode: over.lastEnd, reason: 'Error' } },
      },
    ],
  },
});

export const list = (...items: object[]) => ({ items });
