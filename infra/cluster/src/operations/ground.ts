import type { StreamEvent } from '../../../torture/src/evidence/evidence';
import type { OpenForward } from './forward';
import type { Kill } from './kill';
import type { Load } from './load';
import type { OperationName } from './names';
import type { Namespace } from './namespace';
import type { ProcessWatch } from './process-watch';
import type { Tally } from './tally';

/** One thing that was done to the cluster under load, and what the people saw of it. */
export interface Step {
  what: string;
  seconds: number;
  seen: Tally;
}

/** What operations work on. */
export interface Ground {
  namespace: Namespace;
  open: OpenForward;
  /** `kill -9` of a container, if the caller has told how. */
  kill: Kill | undefined;
  /** Of this run's own files, which git ignores. */
  directory: string;
  load: Load;
  watch: ProcessWatch;
  /** Violations that an earlier operation was blamed for: everything is judged again each time. */
  known: Set<string>;
  /** What was in stores that were taken from the broker. */
  lost: StreamEvent[];
  say: (line: string) => void;
  /** Does one thing, tallies the requests meanwhile, and tells. */
  step: (what: string, act: () => Promise<void>) => Promise<void>;
}

export interface Operation {
  name: OperationName;
  title: string;
  /** Whether any request may fail meanwhile; what was acknowledged must be there either way. */
  mayFail: boolean;
  /** Starts the load, does everything, and stops it. Throws when something does not come about. */
  carryOut: (ground: Ground) => Promise<void>;
}
