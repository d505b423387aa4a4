import type { z } from 'zod';

/** The environment does not fit the schema. `problems` names every bad key, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: string[]) {
    super(`the configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** Environment -> typed settings. An empty value counts as unset. Throws ConfigError; values are never echoed, they may be secrets. */
export function loadConfig<T extends z.ZodObject>(
  schema: T,
  env: Record<string, string | undefined>,
): z.infer<T> {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const key = issue.path.join('.') || '(settings)';
      return String(issue.path[0]) in present
        ? `${key}: ${issue.message}`
        : `${key}: is required (${issue.message})`;
    }),
  );
}
