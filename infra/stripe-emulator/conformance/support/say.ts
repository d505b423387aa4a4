/** Results that are no verdict, such as differences between versions; straight out, without jest's frame. */
export function say(line: string): void {
  process.stdout.write(`test:stripe: ${line}\n`);
}
