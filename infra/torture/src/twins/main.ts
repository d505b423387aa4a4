import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copyTree } from './copy-of-the-tree';
import { SAFEGUARDS, type Safeguard } from './safeguards';

const HELP = `npm run test:twins -- [--only TEXT]

Switches off one safeguard after the other, in a copy of the tree, and runs the tests that prove it: they must fail.
Ends with 1 when a test passes although its safeguard is off. --only TEXT takes those whose name contains TEXT.`;
const ROOT = join(__dirname, '../../../..');
const LONGEST_MS = 180_000;

type Verdict = { kind: 'proven'; tests: string[] } | { kind: 'not proven' } | { kind: 'broken'; why: string };

/** Names of the tests that fail with the safeguard off. */
async function tryWithout(tree: string, safeguard: Safeguard): Promise<Verdict> {
  const path = join(tree, safeguard.file);
  const source = readFileSync(path, 'utf8');
  if (source.split(safeguard.find).length !== 2) {
    return { kind: 'broken', why: `its text is not found exactly once in ${safeguard.file}` };
  }
  writeFileSync(
    path,
    source.replace(safeguard.find, () => safeguard.replace),
  );
  try {
    return await runTests(tree, safeguard);
  } finally {
    writeFileSync(path, source);
  }
}

async function runTests(tree: string, { project, tests }: Safeguard): Promise<Verdict> {
  const report = join(tree, 'twin-report.json');
  rmSync(report, { force: true });
  const jest = [
    'node_modules/jest/bin/jest.js',
    `--selectProjects=${project}`,
    `--testPathPatterns=${project}/test/.*${tests.replace(/^test\//, '')}`,
  ];
  const child = spawn(process.execPath, [...jest, '--json', `--outputFile=${report}`, '--forceExit'], {
    cwd: tree,
    stdio: 'ignore',
    timeout: LONGEST_MS,
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code === null) return { kind: 'broken', why: `its tests did not end within ${LONGEST_MS / 1000} s` };
  if (!existsSync(report)) return { kind: 'broken', why: `jest ended with ${code} and no report` };
  const result = JSON.parse(readFileSync(report, 'utf8')) as {
    numTotalTests: number;
    testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[];
  };
  if (result.numTotalTests === 0) {
    return {
      kind: 'broken',
      why: `no test ran: ${result.testResults[0]?.message.slice(0, 300) ?? 'no file fits'}`,
    };
  }
  const failed = result.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
  return failed.length > 0 ? { kind: 'proven', tests: failed } : { kind: 'not proven' };
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const chosen = SAFEGUARDS.filter(({ name }) => name.includes(values.only ?? ''));
  if (chosen.length === 0) throw new Error(`no safeguard's name contains "${values.only}"`);
  const tree = copyTree(ROOT);
  let unproven = 0;
  try {
    console.log('| safeguard, switched off | what then fails |\n| --- | --- |');
    for (const safeguard of chosen) {
      const verdict = await tryWithout(tree.directory, safeguard);
      if (verdict.kind !== 'proven') unproven += 1;
      console.log(`| ${safeguard.name} | ${describe(verdict)} |`);
    }
  } finally {
    tree.remove();
  }
  console.log(`\n${chosen.length - unproven} of ${chosen.length} safeguards are proven by a failing test.`);
  return unproven === 0 ? 0 : 1;
}

function describe(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'proven':
      return `${verdict.tests[0]}${verdict.tests.length > 1 ? ` (and ${verdict.tests.length - 1} more)` : ''}`;
    case 'not proven':
      return '**nothing: NOT PROVEN**';
    case 'broken':
      return `**could not be tried: ${verdict.why}**`;
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
