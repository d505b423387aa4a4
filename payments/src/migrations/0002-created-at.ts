import { createIndexes, type Migration } from '@gittix/common/migrations';

export const createdAt: Migration = {
  id: '0002-created-at',
  describe: 'What the comparison with Stripe asks for',
  up: (context) => createIndexes(context, 'payments', [{ key: { createdAt: 1 } }]),
};
