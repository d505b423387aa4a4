import type { Evidence, OrderDocument, TicketDocument } from '../evidence/evidence';
import { owned } from './events';
import { byTicket } from './holding';
import { canonical, Findings, type Verdict } from './verdict';

/** Which services keep copies of what (design, section 1). */
const KEEPERS = [
  { keeper: 'orders', of: 'ticket' },
  { keeper: 'orders', of: 'user' },
  { keeper: 'orders', of: 'payment' },
  { keeper: 'payments', of: 'order' },
] as const;

/** I11: in quiet every copy equals its owner's newest state, and every ticket's status follows from its orders. */
export function copiesAreTrue(evidence: Evidence): Verdict {
  const findings = new Findings();
  const copies = new Map(
    evidence.copies.map(({ keeper, of, state }) => [`${keeper} ${of} ${state.id}`, state]),
  );
  const documents = owned(evidence);
  for (const { keeper, of } of KEEPERS) {
    for (const { document } of documents.filter(({ kind }) => kind === of)) {
      const copy = copies.get(`${keeper} ${of} ${document.id}`);
      findings.expect(
        copy !== undefined && canonical(copy) === canonical(document.last),
        `${of} ${document.id} as kept by ${keeper}`,
        `owner: ${canonical(document.last)}`,
        `copy:  ${canonical(copy ?? null)}`,
      );
    }
  }
  const known = new Set(documents.map(({ kind, document }) => `${kind} ${document.id}`));
  for (const { keeper, of, state } of evidence.copies) {
    findings.expect(
      known.has(`${of} ${state.id}`),
      `${of} ${state.id} as kept by ${keeper}`,
      'its owner has none',
    );
  }
  const naming = byTicket(evidence.orders);
  for (const ticket of evidence.tickets) checkTicket(ticket, naming.get(ticket.id) ?? [], findings);
  return findings;
}

function checkTicket(ticket: TicketDocument, real: OrderDocument[], findings: Findings): void {
  const about = `ticket ${ticket.id}`;
  const expected = Object.fromEntries(real.map(({ id, version, status }) => [id, { version, status }]));
  findings.expect(
    canonical(ticket.orders) === canonical(expected),
    about,
    `orders: ${canonical(expected)}`,
    `ticket: ${canonical(ticket.orders)}`,
  );
  const has = (...statuses: string[]) => real.some(({ status }) => statuses.includes(status));
  const derived = has('complete')
    ? 'sold'
    : has('created', 'secured')
      ? 'reserved'
      : ticket.withdrawn
        ? 'withdrawn'
        : 'available';
  findings.expect(
    ticket.status === derived && ticket.last?.status === derived,
    about,
    `it is ${ticket.status}, its newest event says ${String(ticket.last?.status)}, from its orders follows ${derived}`,
  );
}
