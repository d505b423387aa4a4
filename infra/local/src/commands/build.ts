import { parseNoOptions } from '../options';
import { prepare } from '../prepare';

export async function buildCommand(root: string, args: string[]): Promise<number> {
  parseNoOptions(args);
  await prepare(root, { tools: [], build: 'all' });
  return 0;
}
