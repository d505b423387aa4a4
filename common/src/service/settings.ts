import type { z } from 'zod';
import {
  busSettings,
  cookieSettings,
  faultSettings,
  mongoSettings,
  processSettings,
  tokenSettings,
} from '../config';

/** Settings of every process on the bus. */
export const workerSettings = { ...processSettings, ...busSettings, ...faultSettings };

/** Settings of every service with an API and a database. */
export const serviceSettings = { ...workerSettings, ...mongoSettings, ...cookieSettings, ...tokenSettings };

export type WorkerConfig = z.infer<z.ZodObject<typeof workerSettings>>;
export type ServiceConfig = z.infer<z.ZodObject<typeof serviceSettings>>;
