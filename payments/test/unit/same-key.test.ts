import { StripeFailure } from '../../src/stripe';
import { underKey } from '../../src/stripe/same-key';

const inUse = () =>
  new StripeFailure('unknown', 'still being worked on', {
    status: 409,
    failure: { code: 'idempotency_key_in_use', message: 'still being worked on' },
  });
const WAITS_MS = [1, 1, 1];

describe('a request under a key that another replica uses in this moment', () => {
  it('is repeated until it has the answer of the other', async () => {
    const answers = [Promise.reject(inUse()), Promise.reject(inUse()), Promise.resolve('captured')];
    answers.forEach((answer) => void answer.catch(() => undefined));
    const request = jest.fn(() => answers.shift() as Promise<string>);
    await expect(underKey(request, WAITS_MS)).resolves.toBe('captured');
    expect(request).toHaveBeenCalledTimes(3);
  });

  it('is given up when the other does not come to an end', async () => {
    const request = jest.fn(() => Promise.reject(inUse()));
    await expect(underKey(request, WAITS_MS)).rejects.toMatchObject({ kind: 'unknown', status: 409 });
    expect(request).toHaveBeenCalledTimes(4);
  });

  it.each([
    new StripeFailure('unknown', 'no answer'),
    new StripeFailure('unknown', 'locked', { status: 409, failure: { code: 'x', message: '' } }),
    new StripeFailure('refused', 'declined', { status: 402 }),
    new TypeError('a bug'),
  ])('is not repeated for %s', async (error) => {
    const request = jest.fn(() => Promise.reject(error));
    await expect(underKey(request, WAITS_MS)).rejects.toBe(error);
    expect(request).toHaveBeenCalledTimes(1);
  });
});
