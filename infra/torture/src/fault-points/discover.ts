import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** Whose sources have fault points. */
const PARTS = ['common', 'auth', 'tickets', 'orders', 'payments', 'expiration'];
const FUNCTION = 'faultPoint';
const NAME = /^[a-z]+(\.[a-z]+(-[a-z]+)*){2}$/;

export interface Discovered {
  /** Sorted. */
  points: string[];
  /** Calls that break the rules by which the list can be trusted. */
  problems: string[];
}

/** Every fault point there is, read from the sources: what is not a unique literal, or may be dropped unawaited, is a problem. */
export function discoverPoints(root: string): Discovered {
  const places = new Map<string, string[]>();
  const problems: string[] = [];
  for (const file of PARTS.flatMap((part) => sourceFiles(join(root, part, 'src')))) {
    const text = readFileSync(file, 'utf8');
    if (!text.includes(`${FUNCTION}(`)) continue;
    for (const { name, where, problem } of callsIn(relative(root, file), text)) {
      if (problem !== undefined) problems.push(`${where}: ${problem}`);
      if (name !== undefined) places.set(name, [...(places.get(name) ?? []), where]);
    }
  }
  for (const [name, where] of places) {
    if (where.length > 1) problems.push(`${name} is there ${where.length} times: ${where.join(', ')}`);
    if (!NAME.test(name)) problems.push(`${name} is not of the form part.step.moment (${where.join(', ')})`);
  }
  return { points: [...places.keys()].sort(), problems };
}

interface Found {
  where: string;
  name?: string;
  problem?: string;
}

/** The calls in one source. */
export function callsIn(file: string, text: string): Found[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === FUNCTION) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      const where = `${file}:${line + 1}`;
      const [name] = node.arguments;
      if (!name || !ts.isStringLiteral(name)) found.push({ where, problem: 'the name is no literal' });
      else if (isPassedOn(node)) found.push({ where, name: name.text });
      else found.push({ where, name: name.text, problem: `${name.text} is neither awaited nor returned` });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `await faultPoint(…)`, `return faultPoint(…)`, `() => faultPoint(…)`, also in a branch of `a ? b : c`. */
function isPassedOn(call: ts.Node): boolean {
  const { parent } = call;
  if (ts.isConditionalExpression(parent)) return isPassedOn(parent);
  return ts.isAwaitExpression(parent) || ts.isReturnStatement(parent) || ts.isArrowFunction(parent);
}

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('fault-points'))
    .map((name) => join(directory, name));
}
