import { waitsFor } from '../build/graph';
import type { BuildFile, Step } from '../build/schema';

export type Outcome = 'passed' | 'failed' | 'failed, which it may' | 'stopped' | 'not run';

/** Runs one step; true when it passed. A step whose signal is aborted ends at once. */
export type RunStep = (step: Step, signal: AbortSignal) => Promise<boolean>;

/**
 * Runs the steps as Cloud Build does: each begins when all it waits for have ended well, side by side where the graph
 * lets them; the first that fails ends the build, and with it the steps that run beside it.
 */
export async function runBuild(build: BuildFile, runStep: RunStep): Promise<Map<string, Outcome>> {
  const graph = waitsFor(build.steps);
  const outcomes = new Map<string, Outcome>(build.steps.map(({ id }) => [id, 'not run']));
  const red = new AbortController();
  const ended = new Map<string, Promise<void>>();
  const run = async (step: Step) => {
    for (const id of graph.get(step.id) ?? []) await ended.get(id);
    if (red.signal.aborted) return;
    const passed = await runStep(step, red.signal);
    outcomes.set(step.id, passed ? 'passed' : red.signal.aborted ? 'stopped' : failureOf(step));
    if (outcomes.get(step.id) === 'failed') red.abort();
  };
  // Steps wait only for earlier ones, whose promise is in the map by then.
  for (const step of build.steps) ended.set(step.id, run(step));
  await Promise.all(ended.values());
  return outcomes;
}

function failureOf(step: Step): Outcome {
  return step.allowFailure === true ? 'failed, which it may' : 'failed';
}

/** A build is green when no step failed that must not. */
export function isGreen(outcomes: ReadonlyMap<string, Outcome>): boolean {
  return [...outcomes.values()].every((one) => one === 'passed' || one === 'failed, which it may');
}
