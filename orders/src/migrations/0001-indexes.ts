import { createIndexes, type Migration } from '@gittix/common/migrations';

export const indexes: Migration = {
  id: '0001-indexes',
  describe: 'The lock on tickets, one order per request, and what queries ask for',
  up: (context) =>
    createIndexes(context, 'orders', [
      { key: { holds: 1 }, unique: true },
      { key: { request: 1 }, unique: true },
      { key: { 'outbox.at': 1 } },
      { key: { userId: 1, createdAt: -1, _id: -1 } },
      { key: { status: 1, expiresAt: 1 } },
      { key: { status: 1, _id: 1 } },
    ]),
};
