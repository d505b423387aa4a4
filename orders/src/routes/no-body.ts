import { z } from 'zod';

/** The address says it all: a body with anything in it is a mistake of the caller. */
export const noBody = z.strictObject({});
