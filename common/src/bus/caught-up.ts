/** Tells once whether a replay has passed on everything that was stored when it began. */
export class CaughtUp {
  readonly promise: Promise<void>;
  reached!: () => void;
  private reject!: (error: Error) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.reached = resolve;
      this.reject = reject;
    });
    // Nobody has to wait for it, so a close before that is no unhandled rejection.
    this.promise.catch(() => undefined);
  }

  /** The replay was closed; changes nothing when it had caught up. */
  giveUp(): void {
    this.reject(new Error('replay closed before it had caught up'));
  }
}
