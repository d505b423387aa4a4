import { randomBytes } from 'node:crypto';

/** A fresh resource id. */
export const newId = (): string => randomBytes(12).toString('hex');
