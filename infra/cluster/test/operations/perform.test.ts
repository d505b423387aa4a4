import { History } from '../../../torture/src/actors/history';
import { ClusterError } from '../../src/kubectl';
import type { Ground } from '../../src/operations/ground';
import type { Load } from '../../src/operations/load';
import { perform } from '../../src/operations/perform';
import { ProcessWatch } from '../../src/operations/process-watch';
import { fakeNamespace } from '../support/namespace';

describe('an operation', () => {
  it('that does not come about, and then can not be judged, is told of with both reasons, and the load has stopped', async () => {
    const { namespace } = fakeNamespace();
    let stopped = 0;
    const load = { history: new History(), stop: () => Promise.resolve(void (stopped += 1)) };
    const said: string[] = [];
    const ground: Omit<Ground, 'step'> = {
      ...{
        namespace,
        lost: [],
        known: new Set<string>(),
        directory: '',
        kill: undefined,
        watch: new ProcessWatch(namespace),
      },
      load: load as unknown as Load,
      open: () => Promise.reject(new ClusterError('no way to service/mongo')),
      say: (line) => void said.push(line),
    };
    const outcome = await perform(
      {
        ...{ name: 'rollout', title: 'a rolling update', mayFail: false },
        carryOut: async ({ step }) => {
          await step('auth: rolled', () => Promise.resolve());
          throw new ClusterError('not within 180 s: 2 new pods of tickets');
        },
      },
      ground,
    );
    expect(outcome.problems).toEqual([
      'not within 180 s: 2 new pods of tickets',
      'no way to service/mongo',
      'too little is proven: 0 requests while auth: rolled',
    ]);
    expect(outcome.judgement).toBeUndefined();
    expect(stopped).toBe(1);
    expect(said.at(-1)).toMatch(/not judged; \d+ s; 3 PROBLEMS$/);
  });
});
