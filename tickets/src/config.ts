import { z } from 'zod';
import { loadConfig } from '@gittix/common/config';
import { serviceSettings } from '@gittix/common/service';

export const schema = z.object(serviceSettings);

export const readConfig = () => loadConfig(schema, process.env);
