import { page } from '../page';
import { ApiFailure } from '../services';

/** Any address without a page. */
export const loadMissing = page(() => Promise.reject(new ApiFailure('not_found', 'no such page')));
