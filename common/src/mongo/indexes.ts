/** As much of a mongoose model as is needed here, so that models of every record type fit. */
export interface IndexedModel {
  collection: { name: string; listIndexes(): { toArray(): Promise<{ key: object; unique?: boolean }[]> } };
  schema: { indexes(): [fields: object, options: { unique?: unknown }][] };
}

/** NamespaceNotFound: a collection that nobody has written to has no indexes. */
const NO_COLLECTION = 26;

/** The indexes which the models name and the database lacks, in words. */
export async function missingIndexes(models: IndexedModel[], { onlyUnique = false } = {}): Promise<string[]> {
  const missing: string[] = [];
  for (const { collection, schema } of models) {
    const wanted = schema.indexes().filter(([, { unique }]) => Boolean(unique) || !onlyUnique);
    if (wanted.length === 0) continue;
    const present = await collection
      .listIndexes()
      .toArray()
      .catch((error: { code?: unknown }) => {
        if (error.code === NO_COLLECTION) return [];
        throw error;
      });
    for (const [fields, options] of wanted) {
      const isUnique = Boolean(options.unique);
      const key = JSON.stringify(fields);
      const found = present.some(
        (index) => JSON.stringify(index.key) === key && (index.unique === true) === isUnique,
      );
      if (!found) missing.push(`the ${isUnique ? 'unique ' : ''}index ${key} of ${collection.name}`);
    }
  }
  return missing;
}

/** Looks whether each unique index is really there: without it a ticket would be sold twice. */
export async function requireUniqueIndexes(models: IndexedModel[]): Promise<void> {
  const missing = await missingIndexes(models, { onlyUnique: true });
  if (missing.length > 0) throw new Error(`${missing.join(' and ')} is missing`);
}
