import type { Step } from './schema';

export class GraphError extends Error {
  override readonly name = 'GraphError';
}

/**
 * For each step the ids it waits for, with Cloud Build's meaning: none given is all steps before it, `-` is nobody.
 * Throws GraphError for an id twice, one that no earlier step has, and so for every circle.
 */
export function waitsFor(steps: readonly Step[]): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const { id, waitFor } of steps) {
    if (graph.has(id)) throw new GraphError(`two steps have the id ${id}`);
    const ids = waitFor?.filter((one) => one !== '-') ?? [...graph.keys()];
    for (const one of ids) {
      if (!graph.has(one)) throw new GraphError(`${id} waits for ${one}, which no step before it is`);
    }
    graph.set(id, ids);
  }
  return graph;
}

/** Every step that must have ended before this one begins. */
export function before(id: string, graph: ReadonlyMap<string, string[]>): Set<string> {
  const all = new Set<string>();
  const follow = (one: string) => {
    for (const next of graph.get(one) ?? []) {
      if (all.has(next)) continue;
      all.add(next);
      follow(next);
    }
  };
  follow(id);
  return all;
}
