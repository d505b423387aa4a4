/** A moment as people read it in one zone; made on the server only, so that two ICU versions never disagree on a page. */
export interface EventTime {
  iso: string;
  /** `Sat 12 Jun 2027, 20:00` */
  text: string;
  weekday: string;
  day: string;
  month: string;
  year: string;
  clock: string;
  /** `Berlin`, from `Europe/Berlin`. */
  zone: string;
}

/** An instant in a zone, in words. */
export function eventTime(iso: string, timeZone: string, locale: string): EventTime {
  const parts: Record<string, string> = {};
  const format = new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  for (const { type, value } of format.formatToParts(Date.parse(iso))) parts[type] = value;
  const { weekday = '', day = '', month = '', year = '', hour = '', minute = '' } = parts;
  const clock = `${hour}:${minute}`;
  const text = `${weekday} ${day} ${month} ${year}, ${clock}`;
  return { iso, text, weekday, day, month, year, clock, zone: zoneName(timeZone) };
}

/** `America/Argentina/Buenos_Aires` -> `Buenos Aires`. */
export function zoneName(timeZone: string): string {
  return (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
}

/** `14:52` in a zone; digits only, the same in every ICU. */
export function clockTime(iso: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(Date.parse(iso));
}
