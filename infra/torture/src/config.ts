/** The caller's environment, for the instance that is started with it, and what this instance needs besides. */
export function instanceEnvironment(own: Record<string, string>): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  // Servers that others use are never touched: this instance gets its own, whatever the caller has set.
  for (const name of ['MONGO_URL', 'NATS_URL', 'REDIS_URL', 'STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY']) {
    delete environment[name];
  }
  return { ...environment, ...own };
}
