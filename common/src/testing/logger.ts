import { createLogger } from '../logging';

/** Says nothing; the code under test still does all its logging work. */
export const silentLogger = createLogger({ service: 'test', level: 'silent' });
