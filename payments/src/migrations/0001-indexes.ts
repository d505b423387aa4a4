import { createIndexes, type Migration } from '@gittix/common/migrations';

export const indexes: Migration = {
  id: '0001-indexes',
  describe: 'What the sweeper and the webhook ask for',
  up: (context) =>
    createIndexes(context, 'payments', [
      { key: { 'outbox.at': 1 } },
      { key: { intentId: 1 } },
      { key: { nextCheckAt: 1 } },
    ]),
};
