import { migrate } from '@gittix/common/migrations';
import { missingIndexes } from '@gittix/common/mongo';
import { silentLogger, testDatabase } from '@gittix/common/testing';
import { createModels } from '../../src/data';
import { migrations } from '../../src/migrations';

it('the migrations make every index that the models name', async () => {
  const { connection, close } = await testDatabase();
  const models = Object.values(createModels(connection));
  expect(await missingIndexes(models)).not.toEqual([]);
  await migrate({ connection, migrations, logger: silentLogger });
  expect(await missingIndexes(models)).toEqual([]);
  await close();
});
