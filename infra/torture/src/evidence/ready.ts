import { request } from 'undici';
import type { Instance } from '../instance/instance';

/** Processes of an instance that say they are not ready, and what they say. */
export async function unready(instance: Instance): Promise<string[]> {
  const asked = instance
    .processes()
    .filter(({ internalPort, name }) => internalPort !== null && name !== 'proxy');
  const answers = await Promise.all(
    asked.map(async ({ name, internalPort }) => {
      const { statusCode, body } = await request(`http://127.0.0.1:${internalPort}/readyz`, {
        signal: AbortSignal.timeout(3_000),
      });
      const text = await body.text();
      return statusCode === 200 ? [] : [`${name} is not ready: ${text.slice(0, 200)}`];
    }),
  );
  return answers.flat();
}
