import type { GitTix } from './gittix';

/** How often a service has taken messages of this type off the bus with this outcome, as its /metrics says. */
export async function eventCount(
  gittix: GitTix,
  service: string,
  labels: { type: string; outcome: string },
): Promise<number> {
  const { internalPort } = gittix.process(`${service}-1`);
  const text = await (await fetch(`http://127.0.0.1:${internalPort}/metrics`)).text();
  const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return text
    .split('\n')
    .filter(
      (line) => line.startsWith('gittix_events_total{') && wanted.every((label) => line.includes(label)),
    )
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
