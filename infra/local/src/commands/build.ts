import { interruptible } from './leave';
import { parseNoOptions } from '../options';
import { prepare } from '../prepare';

export async function buildCommand(root: string, args: string[]): Promise<number> {
  parseNoOptions(args);
  await interruptible(() => prepare(root, { tools: [], build: 'all' }));
  return 0;
}
