/** Error names and codes of drivers when a dependency, not the event or the request, is at fault. */
const NAMES =
  /^(Mongo(Network|ServerSelection|NotConnected|(Client|Server|Topology|Pool)Closed|PoolCleared|ExpiredSession|WriteConcern)\w*|MongooseServerSelectionError|DisconnectedError|MaxRetriesPerRequestError|TimeoutError|NoRespondersError|JetStreamNotEnabled|ClosedConnectionError|ConnectionError|RequestError|StripeConnectionError|StripeAPIError|StripeRateLimitError)$/;
const CODES = /^(ECONN\w+|EPIPE|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|UND_ERR_\w+)$/;
/** Server answers of MongoDB that mean "not now": not primary, shutting down, interrupted. */
const MONGO_NOT_NOW = new Set([89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** True for a failure of the database, broker, Redis, Stripe or network: retried for ever, answered with 503. */
export function isInfrastructureError(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false;
  const { code } = error as { code?: unknown };
  if (NAMES.test(error.name)) return true;
  if (typeof code === 'string' && CODES.test(code)) return true;
  if (typeof code === 'number' && error.name.startsWith('Mongo') && MONGO_NOT_NOW.has(code)) return true;
  return isInfrastructureError(error.cause, depth + 1);
}
