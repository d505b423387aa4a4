import { listingRequest, MAX_PRICE, MIN_PRICE } from '@gittix/common/api';
import fc from 'fast-check';
import { checkAccount } from '../../src/features/accounts/check-account';
import { checkDraft, errorsFromApi } from '../../src/features/listings/check-draft';
import type { ListingDraft, SellLimits } from '../../src/features/listings/view';
import { toDraft } from '../../src/server/views/listings';
import { en } from '../../src/texts/en';
import { aBareTicket, aTicket } from '../support/wire';

const limits: SellLimits = {
  min: { amount: MIN_PRICE, currency: 'usd' },
  max: { amount: MAX_PRICE, currency: 'usd' },
};
const NOW = Date.parse('2026-11-21T12:00:00Z');

function draft(changes: Partial<ListingDraft> = {}): ListingDraft {
  return { ...toDraft(aBareTicket()), timeZone: 'Europe/Berlin', ...changes };
}
const errorsOf = (changes: Partial<ListingDraft>) => {
  const checked = checkDraft(draft(changes), limits, NOW, en);
  return checked.ok ? {} : checked.errors;
};

describe('the sell form', () => {
  it('makes the request of what was typed, empty fields left out', () => {
    const typed = draft({ title: ' Hamlet ', price: '$1,250.5', startsAt: '2027-06-12T20:00', row: 'F' });
    expect(checkDraft(typed, limits, NOW, en)).toEqual({
      ok: true,
      request: {
        title: 'Hamlet',
        price: { amount: 125_050, currency: 'usd' },
        startsAt: '2027-06-12T18:00:00.000Z',
        timeZone: 'Europe/Berlin',
        row: 'F',
      },
    });
  });

  it.each([
    [{ title: '  ' }, 'title', en.sellErrors.titleMissing],
    [{ title: 'x'.repeat(201) }, 'title', en.sellErrors.titleLong],
    [{ price: '' }, 'price', en.sellErrors.priceMissing],
    [{ price: '0' }, 'price', 'The price must be at least $0.50'],
    [{ price: '-1' }, 'price', en.sellErrors.priceNegative],
    [{ price: '1.005' }, 'price', en.sellErrors.priceDecimals],
    [{ price: '10,000.01' }, 'price', 'The price must be at most $10,000.00'],
    [{ price: 'a lot' }, 'price', en.sellErrors.priceNotAmount],
    [{ startsAt: '2026-11-21T12:59' }, 'startsAt', en.sellErrors.startPast],
    [{ startsAt: '2027-03-28T02:30' }, 'startsAt', en.sellErrors.startGap],
    [{ startsAt: '2027-03' }, 'startsAt', en.sellErrors.startNotDate],
    [{ startsAt: '2027-06-12T20:00', timeZone: '' }, 'timeZone', en.sellErrors.zoneMissing],
    [{ notes: 'x'.repeat(2001) }, 'notes', en.sellErrors.textLong],
  ])('%j is refused at %s', (changes, field, text) => {
    expect(errorsOf(changes)).toEqual({ [field]: text });
  });

  it('tells all errors at once', () => {
    expect(Object.keys(errorsOf({ title: '', price: '0', startsAt: '2000-01-01T00:00' }))).toEqual([
      'title',
      'price',
      'startsAt',
    ]);
  });

  it('never lets through what the API would refuse', () => {
    const text = fc.string({ maxLength: 220 });
    fc.assert(
      fc.property(text, text, text, fc.constantFrom('20', '0.5', '10000'), (title, venue, seat, price) => {
        const checked = checkDraft(draft({ title, venue, seat, price }), limits, NOW, en);
        if (checked.ok) expect(listingRequest.safeParse(checked.request).success).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('shows a listing as it was typed, and saves it unchanged', () => {
    const ticket = aTicket({ section: '104', notes: 'Paper ticket' });
    const checked = checkDraft(toDraft(ticket), limits, NOW, en);
    const { title, price, venue, city, startsAt, timeZone, category, section, notes } = ticket;
    expect(checked).toEqual({
      ok: true,
      request: { title, price, venue, city, startsAt, timeZone, category, section, notes },
    });
  });

  it('finds the fields of the API’s errors', () => {
    expect(
      errorsFromApi([
        { field: 'price.amount', message: 'too low' },
        { field: 'price.currency', message: 'odd' },
        { field: 'title', message: 'missing' },
        { field: 'version', message: 'unknown' },
        { message: 'general' },
      ]),
    ).toEqual({ price: 'too low', title: 'missing' });
  });
});

describe('the account form', () => {
  it('asks little when signing in and for eight characters when signing up', () => {
    const short = { email: 'a@example.com', password: 'short' };
    expect(checkAccount('signIn', short, en)).toEqual({});
    expect(checkAccount('signUp', short, en)).toEqual({ password: en.accounts.passwordTooShort });
    expect(checkAccount('signUp', { email: 'nobody', password: 'long enough' }, en)).toEqual({
      email: en.accounts.emailWrong,
    });
    expect(checkAccount('signIn', { email: '', password: '' }, en)).toEqual({
      email: en.accounts.emailMissing,
      password: en.accounts.passwordMissing,
    });
  });
});
