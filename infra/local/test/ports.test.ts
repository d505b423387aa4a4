import { createServer } from 'node:net';
import { once } from 'node:events';
import { claimPort, isFree, releasePorts, stablePorts } from '../src/servers/ports';

/** Few enough that two who choose by chance alone would meet; nobody else's, for all others choose below. */
const FEW = { lowest: 32_100, highest: 32_140 };

describe('ports that a run takes for its processes', () => {
  it('are not given to another run before the processes listen', async () => {
    const ours = await stablePorts(10, FEW);
    const theirs = await stablePorts(10, FEW);
    try {
      expect(new Set([...ours, ...theirs]).size).toBe(20);
    } finally {
      releasePorts([...ours, ...theirs]);
    }
  });

  it('can be listened on by whoever claimed them, and are free again when they were released', async () => {
    const [port = 0] = await stablePorts(1, FEW);
    expect(await isFree(port)).toBe(true);
    expect(await claimPort(port)).toBe(false);
    releasePorts([port]);
    expect(await claimPort(port)).toBe(true);
    releasePorts([port]);
  });

  it('are none that somebody listens on', async () => {
    const [port = 0] = await stablePorts(1, FEW);
    releasePorts([port]);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await claimPort(port)).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await claimPort(port)).toBe(true);
    releasePorts([port]);
  });

  it('are told of when there are not enough', async () => {
    await expect(stablePorts(41, FEW)).rejects.toThrow('no 41 free ports between 32100 and 32140');
    releasePorts(await stablePorts(20, FEW));
  });
});
