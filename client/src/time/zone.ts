/** Wall-clock parts of an instant in a zone. */
interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallFormat(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** The calendar day of an instant in `timeZone`. */
export function dayAt(iso: string, timeZone: string): { year: number; month: number; day: number } {
  const { year, month, day } = wallAt(Date.parse(iso), timeZone);
  return { year, month, day };
}

function wallAt(ms: number, timeZone: string): Wall {
  const wall: Wall = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of wallFormat(timeZone).formatToParts(ms)) {
    if (type in wall) wall[type as keyof Wall] = Number(value);
  }
  return wall;
}

const asUtc = (wall: Wall) =>
  Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);

/** True for a zone this runtime knows. */
export function isTimeZone(zone: string): boolean {
  try {
    return wallFormat(zone) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::\d{2})?$/;

export type LocalInstant = { ok: true; iso: string } | { ok: false; problem: 'notDate' | 'gap' };

/**
 * What a `datetime-local` field holds, meant in `timeZone` -> the instant. In the hour that comes twice in autumn the first
 * one is taken; a time that does not exist in spring is refused instead of moved silently.
 */
export function localToInstant(local: string, timeZone: string): LocalInstant {
  const match = LOCAL.exec(local);
  if (!match) return { ok: false, problem: 'notDate' };
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const wanted = asUtc({ year, month, day, hour, minute, second: 0 });
  if (Number.isNaN(wanted) || !new Date(wanted).toISOString().startsWith(local.slice(0, 16)))
    return { ok: false, problem: 'notDate' };
  const day_ms = 86_400_000;
  // The offsets in force around that time; the instant has one of them.
  const offsets = [-day_ms, 0, day_ms].map((step) => {
    const at = wanted + step;
    return asUtc(wallAt(at, timeZone)) - at;
  });
  const fits = offsets
    .map((offset) => wanted - offset)
    .filter((candidate) => asUtc(wallAt(candidate, timeZone)) === wanted);
  if (fits.length === 0) return { ok: false, problem: 'gap' };
  return { ok: true, iso: new Date(Math.min(...fits)).toISOString() };
}

/** An instant as a `datetime-local` field shows it in `timeZone`. */
export function instantToLocal(iso: string, timeZone: string): string {
  return new Date(asUtc(wallAt(Date.parse(iso), timeZone))).toISOString().slice(0, 16);
}

/** The first instant of a calendar day (`2027-06-12`) in `timeZone`, `days` later; undefined for what is no day. */
export function startOfDay(date: string, timeZone: string, days = 0): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const at = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(at)) return undefined;
  const day = new Date(at + days * 86_400_000).toISOString().slice(0, 10);
  for (const time of ['00:00', '01:00']) {
    // Where the clocks go forward at midnight the day begins at one.
    const found = localToInstant(`${day}T${time}`, timeZone);
    if (found.ok) return found.iso;
  }
  return undefined;
}
