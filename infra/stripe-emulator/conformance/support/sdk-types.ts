import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

export interface Member {
  name: string;
  optional: boolean;
}

/** The statements inside namespaces, one in the other. */
function inside(statements: readonly ts.Statement[], namespaces: readonly string[]): readonly ts.Statement[] {
  const [first, ...rest] = namespaces;
  if (first === undefined) return statements;
  const found = statements.flatMap((node) =>
    ts.isModuleDeclaration(node) && node.name.text === first && node.body && ts.isModuleBlock(node.body)
      ? [...node.body.statements]
      : [],
  );
  return inside(found, rest);
}

/**
 * The members of an interface that the installed `stripe` package declares, for the API version it asks for; `A.B.C` is the
 * interface C in the namespace B in A.
 */
export function membersOf(interfacePath: string, resource: string): Member[] {
  const namespaces = interfacePath.split('.');
  const interfaceName = namespaces.pop();
  const file = join(dirname(require.resolve('stripe')), `resources/${resource}.d.ts`);
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023);
  const members: Member[] = [];
  for (const node of inside(source.statements, namespaces)) {
    if (!ts.isInterfaceDeclaration(node) || node.name.text !== interfaceName) continue;
    for (const member of node.members) {
      if (!member.name || !ts.isIdentifier(member.name)) continue;
      members.push({ name: member.name.text, optional: member.questionToken !== undefined });
    }
    const parents = (node.heritageClauses ?? []).flatMap(({ types }) => types);
    if (parents.some((type) => type.getText(source).endsWith('PaginationParams'))) {
      members.push(...['limit', 'starting_after', 'ending_before'].map((name) => ({ name, optional: true })));
    }
  }
  if (members.length === 0) throw new Error(`the stripe package declares no ${interfacePath}`);
  return members;
}

/** The names of a call's parameters. */
export function parametersOf(interfaceName: string, resource: string): string[] {
  return membersOf(interfaceName, resource).map(({ name }) => name);
}
