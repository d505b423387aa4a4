import type { Evidence } from '../evidence/evidence';
import { tellLife } from './holding';
import { Findings, time, type Verdict } from './verdict';

const LATENESS_MS = 10_000;
const SKEW_MS = 1_000;

/** I13: in quiet, no created order is older than its window plus 10 s. */
export function noneOverdue({ orders, at }: Evidence): Verdict {
  const findings = new Findings();
  for (const order of orders) {
    findings.expect(
      order.status !== 'created' || order.expiresAt + LATENESS_MS >= at,
      `order ${order.id}`,
      `its window ended at ${time(order.expiresAt)}, at ${time(at)} it is still created`,
      tellLife(order),
    );
  }
  return findings;
}

/** I14: none expires early, by more than a second of clock skew. */
export function noneEarly({ orders }: Evidence): Verdict {
  const findings = new Findings();
  for (const order of orders) {
    const expired = order.timeline.find(({ event }) => event === 'OrderExpired');
    if (!expired) continue;
    findings.expect(
      expired.at >= order.expiresAt - SKEW_MS,
      `order ${order.id}`,
      `its window ended at ${time(order.expiresAt)}, it expired at ${time(expired.at)}`,
      tellLife(order),
    );
  }
  return findings;
}
