/** The caller's environment, for the instance that is started with it, and what this instance needs besides. */
export function instanceEnvironment(own: Record<string, string>): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  // Servers that others use are never touched: this instance gets its own, whatever the caller has set.
  const others = ['MONGO_URL', 'NATS_URL', 'REDIS_URL', 'STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY'];
  // The name of the cluster is known to those who read it.
  for (const name of [...others, 'STAN_CLUSTER_ID']) delete environment[name];
  return { ...environment, ...own };
}

/** For programs that ask an instance which runs already. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return instanceEnvironment({});
}

/** BUS, as npm start takes it: which broker the instance will run on. */
export function busName(): string {
  return process.env.BUS || 'jetstream';
}
