/** What was collected about one run, from outside. Invariants are functions of this and of nothing else. */
export interface Evidence {
  /** When it was collected, after the quiet; ms since 1970, as all times here unless they are text. */
  at: number;
  /** False: outboxes, payments or messages did not come to rest in time; then what must hold in quiet is not judged as such. */
  quiet: { reached: boolean; afterMs: number; left: string[] };
  operations: Operation[];
  users: Aggregate[];
  tickets: TicketDocument[];
  orders: OrderDocument[];
  payments: PaymentDocument[];
  copies: Copy[];
  deadLetters: DeadLetter[];
  /** Also what was in stores that were taken from the broker, oldest first. */
  stream: StreamEvent[];
  ledger: Ledger;
  /** Ledger and orders as seen together in the middle of the run: the ledger was read first. */
  looks: Look[];
  processes: ProcessStory[];
  poison: Poison[];
  logs: LogFinding[];
}

/** One request of one client. `unknown`: it may or may not have happened (no answer, or 5xx). */
export interface Operation {
  id: number;
  client: string;
  userId: string;
  role: 'buyer' | 'seller' | 'thief' | 'operator' | 'visitor';
  kind: OperationKind;
  outcome: 'ok' | 'fail' | 'unknown';
  startedAt: number;
  endedAt: number;
  status?: number;
  code?: string;
  /** The ticket or order it was about. */
  target?: string;
  idempotencyKey?: string;
  /** The title that was sent: one of its own for each request that sends one. */
  title?: string;
  price?: number;
  /** The resource as answered, when the request was granted. */
  answer?: Record<string, unknown>;
  /** The fault point that was told to throw into this very request: 500 is then its proper answer. */
  thrownAt?: string;
  /** Secrets or stacks found in the answer. */
  leaks?: string[];
  error?: string;
}

export type OperationKind =
  | 'sign-up'
  | 'sign-in'
  | 'who-am-i'
  | 'page'
  | 'list'
  | 'edit'
  | 'withdraw'
  | 'search'
  | 'show-ticket'
  | 'reserve'
  | 'show-order'
  | 'extend'
  | 'cancel'
  | 'start-payment'
  | 'confirm'
  | 'authenticate'
  | 'show-payment'
  | 'refund';

export type State = Record<string, unknown> & { id: string; version: number };

export interface Aggregate {
  id: string;
  version: number;
  outbox: string[];
  /** Data of the newest event, as kept in the document. */
  last: State | undefined;
}

export interface TicketDocument extends Aggregate {
  status: string;
  sellerId: string;
  withdrawn: boolean;
  orders: Record<string, { version: number; status: string }>;
}

export interface OrderDocument extends Aggregate {
  userId: string;
  status: string;
  holds: string[];
  request: string;
  items: { ticketId: string; price: number }[];
  total: number;
  currency: string;
  createdAt: number;
  expiresAt: number;
  timeline: { at: number; event: string; by: string; reason?: string }[];
}

export interface PaymentDocument extends Aggregate {
  userId: string;
  status: string;
  amount: number;
  currency: string;
  intentId: string | undefined;
}

/** What one service keeps of another's aggregate. */
export interface Copy {
  keeper: string;
  of: 'user' | 'ticket' | 'order' | 'payment';
  state: State;
}

export interface DeadLetter {
  service: string;
  id: string;
  reason: string;
  body: string;
}

export interface Poison {
  body: string;
  /** Services that consume its subject. */
  services: string[];
  /** What was sent after it, and whether all consumers went on to handle it. */
  othersFlowed: boolean;
}

export interface StreamEvent {
  seq: number;
  storedAt: number;
  /** It was in a store that was taken from the broker. */
  lost?: true;
  messageId: string | undefined;
  subject: string;
  /** Undefined: the bytes are no envelope; `body` has them. */
  envelope: { id: string; type: string; subject: string; data: State } | undefined;
  body: string;
}

export interface Intent {
  id: string;
  status: string;
  amount: number;
  currency: string;
  metadata: Record<string, string>;
}
export interface Charge {
  id: string;
  intentId: string;
  amount: number;
  currency: string;
  captured: boolean;
  amountRefunded: number;
  /** When the ledger first shows it captured. */
  capturedAt: number | undefined;
  /** Requests that newly captured it; a repeat under the same key is none. */
  captures: number;
}
export interface Refund {
  id: string;
  chargeId: string;
  status: string;
  amount: number;
}
export interface Ledger {
  intents: Intent[];
  charges: Charge[];
  refunds: Refund[];
}

export interface Look {
  ledgerAt: number;
  ledger: Ledger;
  orders: Pick<OrderDocument, 'id' | 'userId' | 'status' | 'total' | 'currency' | 'timeline'>[];
}

export interface ProcessStory {
  name: string;
  restarts: number;
  killedByUs: number;
  /** What the supervisor said each time it ended: `ended with SIGKILL`, `ended with code 1`, … */
  ends: string[];
  fatalLines: string[];
}

export interface LogFinding {
  where: string;
  what: string;
  excerpt: string;
}
