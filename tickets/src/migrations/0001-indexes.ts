import { createIndexes, type Migration } from '@gittix/common/migrations';

export const indexes: Migration = {
  id: '0001-indexes',
  describe: 'What the search asks for',
  up: (context) =>
    createIndexes(context, 'tickets', [
      { key: { 'outbox.at': 1 } },
      { key: { status: 1, createdAt: -1 } },
      { key: { status: 1, startsAt: 1 } },
      { key: { status: 1, 'price.amount': 1 } },
      { key: { sellerId: 1, createdAt: -1 } },
    ]),
};
