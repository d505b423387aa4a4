/** As much of a mongoose model as is needed here, so that models of every record type fit. */
interface IndexedModel {
  createCollection(): Promise<unknown>;
  createIndexes(): Promise<unknown>;
  collection: { name: string; listIndexes(): { toArray(): Promise<{ key: object; unique?: boolean }[]> } };
  schema: { indexes(): [fields: object, options: { unique?: unknown }][] };
}

/** Creates every index of the models, then looks whether each unique one is really there: without it a first boot would sell a ticket twice. */
export async function ensureIndexes(models: IndexedModel[]): Promise<void> {
  for (const model of models) {
    await model.createCollection();
    await model.createIndexes();
    const present = await model.collection.listIndexes().toArray();
    for (const [fields, options] of model.schema.indexes()) {
      if (!options.unique) continue;
      const wanted = JSON.stringify(fields);
      const found = present.some((index) => index.unique === true && JSON.stringify(index.key) === wanted);
      if (!found) throw new Error(`the unique index ${wanted} of ${model.collection.name} is missing`);
    }
  }
}
