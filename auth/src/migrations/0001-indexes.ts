import { createIndexes, type Migration } from '@gittix/common/migrations';

export const indexes: Migration = {
  id: '0001-indexes',
  describe: 'One account per e-mail address',
  up: (context) =>
    createIndexes(context, 'users', [{ key: { emailKey: 1 }, unique: true }, { key: { 'outbox.at': 1 } }]),
};
