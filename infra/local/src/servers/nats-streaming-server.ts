import { earlierCopyStep, goModuleStep, type GoServer } from './go-module';
import { pathStep, urlStep } from './on-path';
import { type Found, searchInOrder, type Surroundings } from './search';

/** The last release; its makers retired it in 2023. */
export const NATS_STREAMING: GoServer = {
  name: 'nats-streaming-server',
  version: '0.25.6',
  module: 'github.com/nats-io/nats-streaming-server',
};
/** Older ones don't look for an acknowledged message among the other members of a queue group. */
const MINIMUM = '0.24';

const HELP =
  'Install nats-streaming-server 0.24 or newer, or Go (to build it), or set NATS_URL to a running one.';

/** NATS Streaming, for BUS=stan: NATS_URL, PATH, earlier copy, Go module. */
export function findNatsStreamingServer(surroundings: Surroundings): Promise<Found> {
  return searchInOrder(
    NATS_STREAMING.name,
    [
      urlStep('NATS_URL', surroundings),
      pathStep([NATS_STREAMING.name], MINIMUM, surroundings),
      earlierCopyStep(NATS_STREAMING, surroundings),
      goModuleStep(NATS_STREAMING, surroundings),
    ],
    HELP,
    surroundings.say,
  );
}
