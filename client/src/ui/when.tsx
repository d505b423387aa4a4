import { useViewerZone } from '../browser/viewer';
import { useTexts } from '../texts';
import { clockTime, type EventTime } from '../time/format';
import { dayAt } from '../time/zone';

/** When an event begins: in the venue's zone, with its name. */
export function When({ at }: { at: EventTime }) {
  const t = useTexts();
  return (
    <>
      <time dateTime={at.iso}>{at.text}</time> <span>({t.ticket.zone(at.zone)})</span>
    </>
  );
}

/** A time of day that concerns the reader, such as the end of a hold: in the reader's zone; UTC is named while unknown. */
export function ClockTime({ iso }: { iso: string }) {
  const zone = useViewerZone();
  return (
    <time dateTime={iso}>
      {clockTime(iso, zone)}
      {zone === 'UTC' && ' UTC'}
    </time>
  );
}

/** A moment that concerns the reader, with its day: `21 Nov 2026, 14:52` in the reader's zone. */
export function DayTime({ iso }: { iso: string }) {
  const t = useTexts();
  const zone = useViewerZone();
  const { year, month, day } = dayAt(iso, zone);
  return (
    <time dateTime={iso}>
      {t.date(day, t.months[month - 1] ?? '', year)}, {clockTime(iso, zone)}
      {zone === 'UTC' && ' UTC'}
    </time>
  );
}
