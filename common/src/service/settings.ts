import type { z } from 'zod';
import { z as zod } from 'zod';
import { busSettings, cookieSettings, mongoSettings, processSettings, tokenSettings } from '../config';

/** Settings of every process on the bus. */
export const workerSettings = { ...processSettings, ...busSettings };

/** Settings of every service with an API and a database. */
export const serviceSettings = { ...workerSettings, ...mongoSettings, ...cookieSettings, ...tokenSettings };

const workerSchema = zod.object(workerSettings);
const serviceSchema = zod.object(serviceSettings);
export type WorkerConfig = z.infer<typeof workerSchema>;
export type ServiceConfig = z.infer<typeof serviceSchema>;
