import { SECRET_KEY, type TestEmulator } from './emulator';

export interface Reported {
  fault: string;
  operation: string;
  hits: number;
}

export function askFaults(
  { url }: Pick<TestEmulator, 'url'>,
  method: 'GET' | 'PUT' | 'DELETE',
  { body, key = SECRET_KEY }: { body?: string; key?: string } = {},
): Promise<Response> {
  return fetch(`${url}/_emulator/faults`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body }),
  });
}

/** Switches these faults on, and all others off. */
export async function setFaults(emulator: TestEmulator, ...faults: object[]): Promise<void> {
  const response = await askFaults(emulator, 'PUT', { body: JSON.stringify({ faults }) });
  if (!response.ok) throw new Error(await response.text());
}

export async function hitsOf(emulator: TestEmulator): Promise<number[]> {
  const { faults } = (await (await askFaults(emulator, 'GET')).json()) as { faults: Reported[] };
  return faults.map(({ hits }) => hits);
}
