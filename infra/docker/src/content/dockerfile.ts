/** One instruction of a Dockerfile; `line` is where it begins. */
export interface Instruction {
  name: string;
  value: string;
  line: number;
}

/** The instructions in order, continued lines joined, comments left out. */
export function parseDockerfile(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  let open: Instruction | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const goesOn = line.endsWith('\\');
    const words = goesOn ? line.slice(0, -1).trim() : line;
    if (open) open.value = `${open.value} ${words}`;
    else {
      const [name = '', ...rest] = words.split(/\s+/);
      open = { name: name.toUpperCase(), value: rest.join(' '), line: index + 1 };
    }
    if (goesOn) continue;
    instructions.push(open);
    open = undefined;
  }
  if (open) instructions.push(open);
  return instructions;
}

/** What COPY and ADD take from the context, in order; what they take from another stage is no input. */
export function copiedFromContext(instructions: Instruction[]): string[] {
  return instructions
    .filter(({ name, value }) => ['COPY', 'ADD'].includes(name) && !value.includes('--from='))
    .flatMap(({ value }) =>
      value
        .split(' ')
        .filter((word) => !word.startsWith('--'))
        .slice(0, -1),
    );
}
