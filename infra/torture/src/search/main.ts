import { explore, type SearchResult } from './explore';
import { PLAN, SMALLEST } from './plan';
import { PLANTED_BUGS } from './planted-bugs';

const count = (number: number) => number.toLocaleString('en-US');

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printTrace({ violation }: SearchResult): void {
  violation?.trace.forEach((line, at) => {
    print(`    ${at + 1}. ${line}`);
  });
}

/** Looks for the planted bugs first: a search that finds nothing must be one that would have found something. */
function findPlanted(): number {
  let missed = 0;
  for (const [name, rules] of Object.entries(PLANTED_BUGS)) {
    const result = explore({ ...SMALLEST, rules });
    print(`planted ${name}: ${result.violation ? `found, ${result.violation.why}` : 'NOT FOUND'}`);
    printTrace(result);
    if (!result.violation) missed++;
  }
  return missed;
}

function searchAll(): number {
  let wrong = 0;
  for (const { name, options } of PLAN) {
    print(name);
    const begin = performance.now();
    const onProgress = (states: number) => {
      if (states > 1) print(`  ${count(states)} states so far`);
    };
    const result = explore({ ...options, onProgress });
    const seconds = ((performance.now() - begin) / 1_000).toFixed(1);
    const { states, steps, moves, violation, exhausted } = result;
    const durable = moves.sagas.values.length;
    print(
      `  ${count(states)} states, ${count(steps)} steps, ${count(durable)} durable states of an order, ${seconds} s`,
    );
    if (violation) print(`  WRONG: ${violation.why}`);
    else print(exhausted ? '  nothing wrong in any of them' : '  GIVEN UP before the end');
    printTrace(result);
    if (!exhausted) wrong++;
  }
  return wrong;
}

const failures = findPlanted() + searchAll();
print(failures === 0 ? 'All planted bugs found, nothing wrong as built.' : `${failures} failed.`);
process.exitCode = failures === 0 ? 0 : 1;
