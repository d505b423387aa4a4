const START_OPTIONS = `
  --port N       the one address everything is served at (default 3000; 0 takes any free port)
  --replicas N   how many of each service, and of the pages, run, 1 to 9 (default 1)
  --data DIR     where data, logs and run.json lie (default .gittix); another one makes a second instance
  --reset        begins with empty data (only what lies in DIR/data)
  --seed         adds demo accounts and tickets, once
  --help         this text

Environment: MONGO_URL, NATS_URL, REDIS_URL use servers that run already; ORDER_TTL_SECONDS is how long a ticket is
held (default 900); BUS=stan uses NATS Streaming in place of JetStream; STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY use your Stripe account in place of the emulator.
`;

const HELP: Record<string, string> = {
  start: `npm start -- [options]

Finds or fetches MongoDB, NATS and Redis, builds, and starts GitTix at one address. Stop it with Ctrl-C.
${START_OPTIONS}`,
  dev: `npm run dev -- [options]

The same as npm start, but from the sources: services and pages reload when a file changes.
${START_OPTIONS}`,
  build: `npm run build

Compiles the services and builds the pages. What did not change, by content, is left alone.
`,
  gittix: `npm run gittix -- [--data DIR] COMMAND

Asks the services of the instance that runs with its data in DIR (default .gittix).

  dead-letters list [SERVICE] [--limit N]  messages a service gave up, of one service or all
  dead-letters show SERVICE ID             one of them: the reason, and the message itself
  dead-letters replay SERVICE ID…|--all    has the handler that failed handle it again
  dead-letters drop SERVICE ID             throws it away for good
  republish [SERVICE]                      sends the newest event of everything a service owns again
  payments reconcile [--fix]               compares the payments with Stripe, both ways
  users grant EMAIL admin|user             gives an account a role, from its next sign-in on
  roll [SERVICE|client…]                   builds, and replaces the running processes one by one, without a lost request
  SERVICE migrate [--list]                 brings the database of a service to this release, or tells what is pending
  SERVICE …                                whatever else the service can do; alone, it lists its commands

SERVICE is auth, tickets, orders, payments or expiration. In the cluster, where the service runs:
kubectl exec deploy/orders -- node orders/dist/command.js dead-letters list
`,
  test: `npm test -- [jest's own arguments]

Prepares servers and build, then runs jest with these arguments: --selectProjects auth, a file name, -t 'a name', ...
`,
};

export const OVERVIEW = `GitTix on one machine

  npm start        builds and starts everything, and prints its address
  npm run dev      the same, reloading on change
  npm run build    builds only
  npm test         runs the tests
  npm run gittix   asks the running services: dead letters, republish, roles

Each tells its options with: -- --help
`;

export function helpFor(command: string): string | undefined {
  return Object.hasOwn(HELP, command) ? HELP[command] : undefined;
}
