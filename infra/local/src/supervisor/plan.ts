import { planClients, planEmulator, planWatch } from './plan-pages';
import { planServers } from './plan-servers';
import { planServices } from './plan-services';
import type { Plan, PlanInput } from './plan-types';

/** Decides about every process of a run: command, ports, environment. */
export function planProcesses(input: PlanInput): Plan {
  const { specs: servers, urls } = planServers(input);
  const usesEmulator = input.settings.STRIPE_SECRET_KEY === undefined;
  return {
    servers,
    services: [
      ...planServices(input, urls),
      ...(usesEmulator ? [planEmulator(input)] : []),
      ...planClients(input),
      ...(input.dev ? [planWatch(input)] : []),
    ],
  };
}
