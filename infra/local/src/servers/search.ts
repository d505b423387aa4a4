/** Where a tool or server was found. */
export interface Found {
  kind: 'url' | 'binary';
  /** The URL, or the absolute path of the binary. */
  location: string;
  /** Unknown for an URL. */
  version?: string;
  /** In words: "nats-server 2.15.2 on PATH". */
  why: string;
  /** The mongod stand-in: its files are not MongoDB's. */
  standIn?: true;
}

/** A step that found nothing says why. */
export interface PassedOver {
  passedOver: string;
}

export interface Step {
  name: string;
  look(): Promise<Found | PassedOver>;
}

/** What the search may use of the machine; tests give a made-up one. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  cacheDir: string;
  isRoot: boolean;
  fetch: typeof fetch;
  /** One line for the person who waits. */
  say: (line: string) => void;
}

/** Thrown at the end of a chain: every step's reason and what to install. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

/** Takes the steps in order until one finds the tool; each step that did not says why. */
export async function searchInOrder(
  tool: string,
  steps: Step[],
  help: string,
  say: (line: string) => void,
): Promise<Found> {
  const reasons: string[] = [];
  for (const step of steps) {
    const outcome = await step.look();
    if ('location' in outcome) {
      say(`${tool}: ${outcome.why}`);
      return outcome;
    }
    reasons.push(`  ${step.name}: ${outcome.passedOver}`);
    say(`${tool}: ${step.name}: ${outcome.passedOver}`);
  }
  throw new NotFoundError(`No ${tool} could be found.\n${reasons.join('\n')}\n${help}`);
}
