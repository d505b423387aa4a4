import { waitFor } from '@gittix/common/testing';

const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('waitFor', () => {
  it('looks once more when this process stood still beyond the deadline', async () => {
    let looks = 0;
    const found = await waitFor(
      () => {
        looks += 1;
        // Whatever is waited for comes true while nobody can look.
        if (looks === 1) setImmediate(() => standStill(100));
        return looks > 1;
      },
      { timeoutMs: 50 },
    );
    expect(found).toBe(true);
  });

  it('rejects with what it saw last, error or value', async () => {
    const options = { timeoutMs: 30, everyMs: 5, what: 'spring' };
    await expect(waitFor(() => 0, options)).rejects.toThrow('spring did not come true within 30 ms; last: 0');
    const failing = () => Promise.reject(new Error('no database'));
    await expect(waitFor(failing, options)).rejects.toMatchObject({ cause: { message: 'no database' } });
  });
});
