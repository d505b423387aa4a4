import type { Evidence } from '../evidence/evidence';
import { Findings, time, type Verdict } from './verdict';

/** I15: no dead letter after infrastructure faults alone; a poison message gives exactly one per consuming group, and others flow. */
export function onlyPoisonIsDead({ deadLetters, poison }: Evidence): Verdict {
  const findings = new Findings();
  const planted = new Set(poison.map(({ body }) => body));
  const others = deadLetters.filter(({ body }) => !planted.has(body));
  findings.expect(
    others.length === 0,
    'dead letters',
    ...others.map(({ service, id, reason, body }) => `${service} ${id}: ${reason}: ${body.slice(0, 300)}`),
  );
  for (const { body, services, othersFlowed } of poison) {
    const kept = deadLetters.filter((letter) => letter.body === body).map(({ service }) => service);
    findings.expect(
      JSON.stringify([...kept].sort()) === JSON.stringify([...services].sort()),
      `poison "${body}"`,
      `consumed by ${services.join(', ')}; dead letters at ${kept.join(', ') || 'none'}`,
    );
    findings.expect(othersFlowed, `poison "${body}"`, 'an order made after it did not reach every consumer');
  }
  return findings;
}

/** I19: no secret, token, stack or card data in logs, events or answers. */
export function nothingLeaks({ operations, logs }: Evidence): Verdict {
  const findings = new Findings();
  for (const { id, client, kind, endedAt, leaks = [] } of operations) {
    findings.expect(
      leaks.length === 0,
      `answer ${id}`,
      `${time(endedAt)} ${client} ${kind}: ${leaks.join(', ')}`,
    );
  }
  for (const { where, what, excerpt } of logs) findings.expect(false, where, `${what}: ${excerpt}`);
  return findings;
}

/** I20: no process ends by itself: each end is a SIGKILL of ours. */
export function noneEndsByItself({ processes }: Evidence): Verdict {
  const findings = new Findings();
  for (const { name, restarts, killedByUs, ends, fatalLines } of processes) {
    const killed = ends.filter((end) => end === 'ended with SIGKILL');
    const story = [`${killedByUs} kills of ours, ${restarts} restarts, ${ends.join(', ') || 'never ended'}`];
    findings.expect(
      killed.length === ends.length && ends.length <= killedByUs,
      name,
      ...story,
      ...fatalLines,
    );
    findings.expect(restarts <= killedByUs, name, ...story);
    findings.expect(fatalLines.length === 0, name, ...fatalLines);
  }
  return findings;
}

/** Not an invariant of its own, but what those "in quiet" rest on. */
export function quietCame({ quiet }: Evidence): Verdict {
  const findings = new Findings();
  findings.expect(quiet.reached, 'quiet', `not within ${Math.round(quiet.afterMs / 1000)} s:`, ...quiet.left);
  return findings;
}
