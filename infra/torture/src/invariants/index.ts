import type { Evidence } from '../evidence/evidence';
import { answersAreTrue, neverAFaultOfOurs, noneWaitsForEver, thievesGetNothing } from './clients';
import { copiesAreTrue } from './copies';
import { everyEventIsOut, everyStepHasItsEvent, noEventFromNowhere } from './events';
import { oneHolderPerTicket, soldOnce } from './holding';
import {
  completeMeansPaid,
  deadMeansReleased,
  moneyMovesOnce,
  noMoneyWithoutOrder,
  sumsAgree,
} from './money';
import { noneEndsByItself, nothingLeaks, onlyPoisonIsDead, quietCame } from './running';
import { noneEarly, noneOverdue } from './time-limits';
import type { Verdict } from './verdict';

export interface Invariant {
  name: string;
  says: string;
  check: (evidence: Evidence) => Verdict;
}

/** All that are checked, in the design's numbering; `quiet`, `no-500` and `no-hang` are this tool's own. */
export const INVARIANTS: readonly Invariant[] = [
  { name: 'quiet', says: 'after the faults everything comes to rest', check: quietCame },
  { name: 'I1', says: 'one holder per ticket', check: oneHolderPerTicket },
  { name: 'I2', says: 'each version has one event', check: everyStepHasItsEvent },
  { name: 'I3', says: 'no ticket sold twice', check: soldOnce },
  { name: 'I4', says: 'no captured money without its order', check: noMoneyWithoutOrder },
  { name: 'I5', says: 'complete means paid once', check: completeMeansPaid },
  { name: 'I6', says: 'dead means released', check: deadMeansReleased },
  { name: 'I7', says: 'one capture, one refund', check: moneyMovesOnce },
  { name: 'I8', says: 'sums agree', check: sumsAgree },
  { name: 'I9', says: 'every event is out', check: everyEventIsOut },
  { name: 'I10', says: 'no event without its state', check: noEventFromNowhere },
  { name: 'I11', says: 'copies are true', check: copiesAreTrue },
  { name: 'I12', says: 'answers are true', check: answersAreTrue },
  { name: 'I13', says: 'no order overdue', check: noneOverdue },
  { name: 'I14', says: 'none expires early', check: noneEarly },
  { name: 'I15', says: 'only poison is a dead letter', check: onlyPoisonIsDead },
  { name: 'I16', says: 'thieves get nothing', check: thievesGetNothing },
  { name: 'I19', says: 'nothing secret leaks', check: nothingLeaks },
  { name: 'I20', says: 'no process ends by itself', check: noneEndsByItself },
  { name: 'no-500', says: 'a fault is 503, never 500', check: neverAFaultOfOurs },
  { name: 'no-hang', says: 'every answer within 10 s', check: noneWaitsForEver },
];
