import { catalogue, type ErrorCode } from './catalogue';

/** One thing that is wrong with the input; `field` is a dotted path such as `price.amount`. */
export interface ErrorItem {
  message: string;
  field?: string;
}

export interface AppErrorOptions {
  /** Said to the client; the catalogue's title when left out. Never holds secrets or internals. */
  message?: string;
  errors?: ErrorItem[];
  /** Further public members of the answer, such as `reservedUntil`. */
  details?: Record<string, unknown>;
  /** Seconds for the Retry-After header. */
  retryAfter?: number;
  cause?: unknown;
}

/** An error the client may see: `code` fixes status and title (catalogue.ts). Everything else becomes a 500 with a fixed text. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly status: number;
  readonly title: string;
  readonly errors: ErrorItem[];
  readonly details: Record<string, unknown>;
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: ErrorCode,
    { message, errors, details = {}, retryAfter, cause }: AppErrorOptions = {},
  ) {
    const { status, title } = catalogue[code];
    super(message ?? title, { cause });
    this.status = status;
    this.title = title;
    this.errors = errors ?? [{ message: this.message }];
    this.details = details;
    this.retryAfter = retryAfter ?? (status === 503 ? 1 : undefined);
  }
}

/** Thrown by an event handler: trying again is pointless, the event goes to the dead letters at once. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}
