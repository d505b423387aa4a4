import type { ListingRequest, TicketCategory } from '@gittix/common/api';
import { formatMoney } from '../../money/format';
import { parseAmount, type AmountProblem } from '../../money/parse';
import type { Texts } from '../../texts';
import { localToInstant } from '../../time/zone';
import type { ListingDraft, SellLimits } from './view';

export type DraftField = keyof ListingDraft;
export type DraftErrors = Partial<Record<DraftField, string>>;
export type CheckedDraft = { ok: true; request: ListingRequest } | { ok: false; errors: DraftErrors };

/** Longest texts the API takes. */
const LONGEST = { venue: 200, city: 100, section: 50, row: 50, seat: 50, notes: 2000 } as const;

/** The form as typed -> what the API takes, or what to correct, by field. `now` in ms: events of the past are refused. */
export function checkDraft(draft: ListingDraft, limits: SellLimits, now: number, t: Texts): CheckedDraft {
  const errors: DraftErrors = {};
  const title = draft.title.trim();
  if (title === '') errors.title = t.sellErrors.titleMissing;
  else if (title.length > 200) errors.title = t.sellErrors.titleLong;

  const price = parseAmount(draft.price, { min: limits.min.amount, max: limits.max.amount });
  if (!price.ok) errors.price = priceText(price.problem, limits, t);

  const texts: Partial<Record<keyof typeof LONGEST, string>> = {};
  for (const [name, longest] of Object.entries(LONGEST) as [keyof typeof LONGEST, number][]) {
    const value = draft[name].trim();
    if (value.length > longest) errors[name] = t.sellErrors.textLong;
    else if (value !== '') texts[name] = value;
  }

  const start = checkStart(draft, now, t);
  Object.assign(errors, start.errors);
  if (!price.ok || Object.keys(errors).length > 0) return { ok: false, errors };
  const request: ListingRequest = {
    title,
    price: { amount: price.amount, currency: 'usd' },
    ...texts,
    ...start.event,
    ...(draft.category === '' ? {} : { category: draft.category as TicketCategory }),
  };
  return { ok: true, request };
}

function checkStart(
  { startsAt, timeZone }: ListingDraft,
  now: number,
  t: Texts,
): { errors: DraftErrors; event: { startsAt?: string; timeZone?: string } } {
  if (startsAt === '') return { errors: {}, event: {} };
  if (timeZone === '') return { errors: { timeZone: t.sellErrors.zoneMissing }, event: {} };
  const instant = localToInstant(startsAt, timeZone);
  if (!instant.ok) {
    const text = instant.problem === 'gap' ? t.sellErrors.startGap : t.sellErrors.startNotDate;
    return { errors: { startsAt: text }, event: {} };
  }
  if (Date.parse(instant.iso) <= now) return { errors: { startsAt: t.sellErrors.startPast }, event: {} };
  return { errors: {}, event: { startsAt: instant.iso, timeZone } };
}

function priceText(problem: AmountProblem, limits: SellLimits, t: Texts): string {
  switch (problem) {
    case 'missing':
      return t.sellErrors.priceMissing;
    case 'notAmount':
      return t.sellErrors.priceNotAmount;
    case 'negative':
      return t.sellErrors.priceNegative;
    case 'decimals':
      return t.sellErrors.priceDecimals;
    case 'tooLow':
      return t.sellErrors.priceTooLow(formatMoney(limits.min, t.numberLocale));
    case 'tooHigh':
      return t.sellErrors.priceTooHigh(formatMoney(limits.max, t.numberLocale));
  }
}

const FIELDS = [
  'title',
  'price',
  'venue',
  'city',
  'startsAt',
  'timeZone',
  'category',
  'section',
  'row',
  'seat',
  'notes',
];

/** The API's errors by field of the form (`price.amount` is the price); what names no field of ours is left out. */
export function errorsFromApi(
  errors: readonly { message: string; field?: string | undefined }[],
): DraftErrors {
  const found: DraftErrors = {};
  for (const { field, message } of errors) {
    const name = field?.split('.')[0];
    if (name !== undefined && FIELDS.includes(name)) found[name as DraftField] ??= message;
  }
  return found;
}
