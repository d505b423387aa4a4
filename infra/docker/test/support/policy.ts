import { type Instruction, parseDockerfile } from '../../src/content/dockerfile';

const valuesOf = (instructions: Instruction[], name: string) =>
  instructions.filter((one) => one.name === name).map(({ value }) => value);

/** The last stage: what the image is. */
const lastStage = (instructions: Instruction[]) =>
  instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));

function isExecForm(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) && parsed.every((word) => typeof word === 'string');
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const SECRET = /(password|secret|token|private_?key|credential)/i;
const REMOTE = /^(--\S+ )*(https?:|git@)/;

/** Our own rules, which hadolint does not have: what is wrong with a Dockerfile, in words. */
export function policyBreaches(text: string): string[] {
  const instructions = parseDockerfile(text);
  const image = lastStage(instructions);
  const firstFrom = instructions.findIndex(({ name }) => name === 'FROM');
  const breaches: string[] = [];
  const rule = (isKept: boolean, breach: string) => void (isKept || breaches.push(breach));

  rule(!/^#\s*syntax\s*=/im.test(text), 'a syntax line: the builder would have to fetch it');
  const stages = new Set(valuesOf(instructions, 'FROM').map((value) => value.split(/\s+as\s+/i)[1]));
  for (const from of valuesOf(instructions, 'FROM').map((value) => value.split(/\s+/)[0] ?? '')) {
    rule(
      from === 'scratch' || stages.has(from) || /^\$\{(BUILD|RUN)_IMAGE\}$/.test(from),
      `FROM ${from} can't be given by digest`,
    );
  }
  for (const arg of valuesOf(instructions.slice(0, firstFrom), 'ARG')) {
    rule(/^\w+=\S+:[^/\s]+$/.test(arg) && !arg.endsWith(':latest'), `ARG ${arg} has no version`);
  }
  const [user, ...others] = valuesOf(image, 'USER');
  rule(user === '65532:65532' && others.length === 0, `USER ${user ?? '(none)'} is not 65532:65532`);
  for (const name of ['CMD', 'ENTRYPOINT']) {
    for (const value of valuesOf(instructions, name)) {
      rule(isExecForm(value), `${name} ${value} is not in exec form: a shell would get the signals`);
    }
  }
  rule(valuesOf(image, 'CMD').length === 1, 'not exactly one CMD');
  for (const { name, value } of instructions) {
    rule(
      name !== 'ADD' && !(name === 'COPY' && REMOTE.test(value)),
      `${name} ${value}: COPY, from the context`,
    );
    rule(!['ENV', 'ARG'].includes(name) || !SECRET.test(value), `${name} ${value} looks like a secret`);
    rule(name !== 'COPY' || !/(^|\s)\.\/?\s/.test(value), `COPY ${value}: name what is copied`);
  }
  return breaches;
}
