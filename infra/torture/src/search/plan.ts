import type { SearchOptions } from './explore';
import { PRODUCTION } from './rules';

export interface Part {
  name: string;
  options: Omit<SearchOptions, 'onProgress'>;
}

const sale = { rules: PRODUCTION, orderWorkers: 2, paymentWorkers: 2, mostStates: 60_000_000 };

/** What `npm run torture:search` goes through, to the last state. */
export const PLAN: Part[] = [
  {
    name: 'one buyer in detail, anybody else for the ticket; 2 + 2 workers, two troubles with Stripe, an operator',
    options: { ...sale, orders: 1, trouble: 2, operator: true },
  },
  {
    name: 'two buyers in detail; 2 + 2 workers',
    options: { ...sale, orders: 2, trouble: 0, operator: false },
  },
  {
    name: 'two buyers in detail; 1 + 1 workers, a trouble with Stripe for each, an operator',
    options: { ...sale, orders: 2, orderWorkers: 1, paymentWorkers: 1, trouble: 1, operator: true },
  },
];

/** The smallest sale in which each planted bug shows. */
export const SMALLEST: Omit<SearchOptions, 'rules'> = {
  orders: 1,
  orderWorkers: 1,
  paymentWorkers: 1,
  trouble: 0,
  operator: false,
  mostStates: 1_000_000,
};
