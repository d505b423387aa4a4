import type { ListingRequest } from '@gittix/common/api';

const DAY_MS = 24 * 3600 * 1000;

type Listing = Omit<ListingRequest, 'startsAt' | 'price'> & { inDays: number; hour: number; dollars: number };

const LISTINGS: Listing[] = [
  {
    title: 'The Paper Lanterns: Northern Lights Tour',
    venue: 'Harbour Hall',
    city: 'Hamburg',
    timeZone: 'Europe/Berlin',
    category: 'concert',
    section: 'Stalls',
    row: 'F',
    seat: '12',
    inDays: 12,
    hour: 19,
    dollars: 64,
  },
  {
    title: 'The Paper Lanterns: Northern Lights Tour',
    venue: 'Harbour Hall',
    city: 'Hamburg',
    timeZone: 'Europe/Berlin',
    category: 'concert',
    section: 'Stalls',
    row: 'F',
    seat: '13',
    inDays: 12,
    hour: 19,
    dollars: 64,
  },
  {
    title: 'City Derby: Rovers against Wanderers',
    venue: 'Mill Lane Ground',
    city: 'Leeds',
    timeZone: 'Europe/London',
    category: 'sports',
    section: 'East stand',
    row: '22',
    seat: '107',
    inDays: 5,
    hour: 14,
    dollars: 48.5,
  },
  {
    title: 'A Midsummer Night on the Roof',
    venue: 'Terrace Theatre',
    city: 'Chicago',
    timeZone: 'America/Chicago',
    category: 'theatre',
    section: 'Balcony',
    row: 'B',
    seat: '4',
    inDays: 20,
    hour: 1,
    dollars: 35,
  },
  {
    title: 'Riverside Jazz Weekend, two-day pass',
    venue: 'Riverside Meadow',
    city: 'Vienna',
    timeZone: 'Europe/Vienna',
    category: 'festival',
    notes: 'Wristband, handed over at the gate.',
    inDays: 33,
    hour: 12,
    dollars: 110,
  },
  {
    title: 'String Quartet by Candlelight',
    venue: "St. Anne's Chapel",
    city: 'Boston',
    timeZone: 'America/New_York',
    category: 'concert',
    row: '3',
    seat: '9',
    inDays: 9,
    hour: 23,
    dollars: 28,
  },
  {
    title: 'Comedy at the Corner: late show',
    venue: 'The Corner',
    city: 'Dublin',
    timeZone: 'Europe/Dublin',
    category: 'other',
    notes: 'Free seating, doors open one hour before.',
    inDays: 3,
    hour: 21,
    dollars: 18,
  },
  {
    title: 'Basketball: semi-final, game two',
    venue: 'Lakefront Arena',
    city: 'Toronto',
    timeZone: 'America/Toronto',
    category: 'sports',
    section: '112',
    row: '8',
    seat: '15',
    inDays: 16,
    hour: 23,
    dollars: 135.75,
  },
];

/** What the demo seller lists; dates lie ahead of `now`. */
export function demoTickets(now: Date): ListingRequest[] {
  return LISTINGS.map(({ inDays, hour, dollars, ...listing }) => {
    const startsAt = new Date(now.getTime() + inDays * DAY_MS);
    startsAt.setUTCHours(hour, 0, 0, 0);
    return {
      ...listing,
      startsAt: startsAt.toISOString(),
      price: { amount: Math.round(dollars * 100), currency: 'usd' },
    };
  });
}
