import { z } from 'zod';

/** The caller's environment: kubectl finds its cluster by it, and the stories their browser. */
export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

const settings = z.object({ KUBECONFIG: z.string().min(1) });

/** The cluster is named by KUBECONFIG and never taken from somebody's current context by accident. */
export function kubeconfig(): string | undefined {
  const result = settings.safeParse(process.env);
  return result.success ? result.data.KUBECONFIG : undefined;
}
