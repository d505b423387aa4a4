import type { Logger } from '../logging';

type Stop = () => Promise<void> | void;

/** What a process holds open, given back in reverse order: last opened, first closed. */
export class Lifecycle {
  private readonly steps: { name: string; stop: Stop }[] = [];
  private readonly abort = new AbortController();
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly logger: Logger,
    /** A step that takes longer is left behind with an error in the log, so that one hanging dependency cannot hold the others. */
    private readonly stepTimeoutMs = 12_000,
  ) {}

  get isStopping(): boolean {
    return this.stopping !== undefined;
  }

  /** Aborted when the stop begins: ends what still waits for a dependency while starting. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  onStop(name: string, stop: Stop): void {
    this.steps.push({ name, stop });
  }

  /** Runs every step once, in reverse order; a failing one is logged and does not keep the others from running. */
  stop(reason: string): Promise<void> {
    this.stopping ??= this.runSteps(reason);
    return this.stopping;
  }

  private async runSteps(reason: string): Promise<void> {
    this.logger.info({ reason }, 'stopping');
    this.abort.abort(new Error(reason));
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      try {
        await within(this.stepTimeoutMs, step.stop());
      } catch (err) {
        this.logger.error({ err, step: step.name }, 'a stop step failed');
      }
    }
    this.logger.info('stopped');
  }
}

async function within(ms: number, work: Promise<void> | void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
