import { z } from 'zod';

/** Every error answer: `application/problem+json` (RFC 9457) with our members; some codes carry more, such as `reservedUntil`. */
export const problem = z.looseObject({
  title: z.string(),
  status: z.int(),
  code: z.string(),
  errors: z.array(z.object({ message: z.string(), field: z.string().optional() })),
  requestId: z.string(),
});
export type Problem = z.infer<typeof problem>;
