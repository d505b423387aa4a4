import type { Scenario } from './scenarios';
import { type Action, ACTIONS } from './switchboard';

export interface Planned {
  point: string;
  action: Action;
}

/** The fixed sample that is part of `npm test`: each action, each service, the relay, the delivery and Stripe. */
export const SAMPLE: readonly Planned[] = [
  { point: 'orders.reserve.saved', action: 'exit' },
  { point: 'payments.capture.called', action: 'hang' },
  { point: 'tickets.order.saved', action: 'throw' },
  { point: 'relay.event.published', action: 'exit' },
  { point: 'payments.create.called', action: 'throw' },
  { point: 'delivery.event.handled', action: 'hang' },
];

/**
 * Every chosen point with every chosen action. What takes the stream's history with it comes last; else neighbours are of
 * different parts and actions, for a process that is killed often is started again ever later.
 */
export function planScenarios(
  table: Record<string, Scenario>,
  chosen: { points: readonly string[]; actions: readonly Action[] },
): Planned[] {
  const lanes = new Map<string, string[]>();
  for (const point of chosen.points) {
    const part = point.split('.')[0] ?? '';
    lanes.set(part, [...(lanes.get(part) ?? []), point]);
  }
  // Each point where it is in its own lane, as a fraction: lanes of different lengths are then spread evenly.
  const spread = [...lanes.values()]
    .flatMap((lane) => lane.map((point, index) => ({ point, at: (index + 0.5) / lane.length })))
    .sort((a, b) => a.at - b.at)
    .map(({ point }) => point);
  const rounds = ACTIONS.flatMap((_, round) =>
    spread.map((point, index) => ({ point, action: ACTIONS[(index + round) % ACTIONS.length] as Action })),
  ).filter(({ action }) => chosen.actions.includes(action));
  const isLast = ({ point }: Planned) => table[point]?.losesStream === true;
  return [...rounds.filter((planned) => !isLast(planned)), ...rounds.filter(isLast)];
}
