import { stageEvent } from '@gittix/common/outbox';
import { toState, type OrderDocument } from '../data';
import { HOLDING, type Change } from '../domain/order';

/** Puts a decided change, its line in the timeline, its event and, at the end of an order, the release of its tickets into one coming write. */
export function stageChange(doc: OrderDocument, change: Change, at: Date): void {
  const { status, event, by, expiresAt, reason } = change;
  doc.status = status;
  if (expiresAt) doc.expiresAt = expiresAt;
  if (reason) doc.reason = reason;
  if (!HOLDING.includes(status)) doc.holds = [doc.id];
  doc.timeline.push({ at, event, by, ...(reason ? { reason } : {}) });
  stageEvent(doc, { type: event, at, toData: (version) => toState(doc, version) });
}
