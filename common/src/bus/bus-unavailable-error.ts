/** The broker did not take or confirm a message: try again later with the same message id. */
export class BusUnavailableError extends Error {
  override readonly name = 'BusUnavailableError';
  /** Makes isInfrastructureError see a failed dependency whatever the broker's own words were. */
  readonly code = 'ECONNBUS';
}
