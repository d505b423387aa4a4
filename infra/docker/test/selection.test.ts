import { parseOptions } from '../src/options';
import { PART_NAMES } from '../src/parts';
import { selectionOf } from '../src/selection';

const selected = (...args: string[]) => selectionOf(parseOptions(args));

describe('what npm run images builds', () => {
  it("is every part, on the Dockerfiles' own bases", () => {
    expect(selected()).toEqual({ names: PART_NAMES });
  });

  it('is what is named', () => {
    expect(selected('orders', 'client').names).toEqual(['orders', 'client']);
  });

  it('for a cluster that can pull nothing begins with the base that all run on', () => {
    const { names, runImage } = selected('--lab', '--prefix', 'localhost/lab/');
    expect(names).toEqual(['node', ...PART_NAMES, 'mongod-stand-in', 'redis', 'nats', 'nats-streaming']);
    expect(runImage).toBe('localhost/lab/node:local');
  });

  it('names that base as it is tagged', () => {
    expect(selected('--lab', '--tag', 'v2').runImage).toBe('node:v2');
    expect(selected('--lab', '--tag', 'content').runImage).toBe('node:local');
  });

  it('runs on another base when one is given', () => {
    expect(selected('orders', '--lab', '--run-image', 'debian:12').runImage).toBe('debian:12');
  });
});
