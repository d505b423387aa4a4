import fc from 'fast-check';
import { betterClock, sampleClock } from '../../src/time/clock';
import { announcement, digits, offerAt, secondsLeft } from '../../src/time/countdown';
import { clockTime, eventTime, zoneName } from '../../src/time/format';
import { dayAt, instantToLocal, isTimeZone, localToInstant, startOfDay } from '../../src/time/zone';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/St_Johns',
  'Africa/Casablanca',
];

describe('times in a zone', () => {
  const minutes = fc
    .integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) })
    .map((ms) => ms - (ms % 60_000));

  it('a local time read back is the same local time, and the instant too but for the hour that comes twice', () => {
    fc.assert(
      fc.property(minutes, fc.constantFrom(...ZONES), (ms, zone) => {
        const local = instantToLocal(new Date(ms).toISOString(), zone);
        const back = localToInstant(local, zone);
        if (!back.ok) throw new Error(`${local} in ${zone} came out as ${back.problem}`);
        expect(instantToLocal(back.iso, zone)).toBe(local);
        expect(Math.abs(Date.parse(back.iso) - ms)).toBeLessThanOrEqual(3_600_000);
        expect(Date.parse(back.iso)).toBeLessThanOrEqual(ms);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['2027-06-12T20:00', 'Europe/Paris', '2027-06-12T18:00:00.000Z'],
    ['2027-12-12T20:00', 'Europe/Paris', '2027-12-12T19:00:00.000Z'],
    ['2027-06-12T20:00', 'America/New_York', '2027-06-13T00:00:00.000Z'],
    ['2027-06-12T20:00', 'Asia/Kolkata', '2027-06-12T14:30:00.000Z'],
    // The hour that comes twice: the first.
    ['2027-10-31T02:30', 'Europe/Berlin', '2027-10-31T00:30:00.000Z'],
  ])('%s in %s is %s', (local, zone, iso) => {
    expect(localToInstant(local, zone)).toEqual({ ok: true, iso });
  });

  it('refuses the hour that does not exist instead of moving it', () => {
    expect(localToInstant('2027-03-28T02:30', 'Europe/Berlin')).toEqual({ ok: false, problem: 'gap' });
  });

  it.each(['', '2027-06-12', '2027-13-01T10:00', '2027-02-30T10:00', '2027-06-12T25:00', 'soon'])(
    'refuses %j as no date',
    (local) => expect(localToInstant(local, 'UTC')).toEqual({ ok: false, problem: 'notDate' }),
  );

  it('finds the begin of a day in its zone, also where midnight does not exist', () => {
    expect(startOfDay('2027-06-12', 'Europe/Berlin')).toBe('2027-06-11T22:00:00.000Z');
    expect(startOfDay('2027-06-12', 'Europe/Berlin', 1)).toBe('2027-06-12T22:00:00.000Z');
    // Chile goes forward at midnight.
    expect(startOfDay('2027-09-05', 'America/Santiago')).toBe('2027-09-05T04:00:00.000Z');
    expect(startOfDay('2027-99-05', 'UTC')).toBeUndefined();
    expect(startOfDay('', 'UTC')).toBeUndefined();
  });

  it('says an event in the venue’s zone, with its name', () => {
    expect(eventTime('2027-06-12T18:00:00Z', 'Europe/Paris', 'en-GB')).toMatchObject({
      text: 'Sat 12 Jun 2027, 20:00',
      weekday: 'Sat',
      day: '12',
      zone: 'Paris',
    });
    expect(eventTime('2027-06-12T18:00:00Z', 'America/New_York', 'en-GB').text).toBe(
      'Sat 12 Jun 2027, 14:00',
    );
    expect(zoneName('America/Argentina/Buenos_Aires')).toBe('Buenos Aires');
  });

  it('says midnight as 00:00 and knows the day there', () => {
    expect(clockTime('2027-06-12T22:00:00Z', 'Europe/Paris')).toBe('00:00');
    expect(dayAt('2027-06-12T22:00:00Z', 'Europe/Paris')).toEqual({ year: 2027, month: 6, day: 13 });
  });

  it('knows zones from non-zones', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Europe/Gotham')).toBe(false);
  });
});

describe('the countdown', () => {
  const deadline = '2027-01-01T12:00:00.000Z';
  const at = (secondsBefore: number) => Date.parse(deadline) - secondsBefore * 1000;

  it.each([
    [900, '15:00'],
    [492, '08:12'],
    [59.2, '01:00'],
    [0.001, '00:01'],
    [0, '00:00'],
    [-5, '00:00'],
    [3_725, '62:05'],
  ])('%d s before the end shows %s', (before, text) => {
    expect(digits(secondsLeft(deadline, at(before)))).toBe(text);
  });

  it('speaks at 10, 5, 2, 1 minutes and 30 seconds, once each, and never after the end', () => {
    const said: number[] = [];
    for (let seconds = 900; seconds >= 0; seconds -= 1) {
      const mark = announcement(seconds);
      if (mark !== undefined && said.at(-1) !== mark) said.push(mark);
    }
    expect(said).toEqual([600, 300, 120, 60, 30]);
    expect(announcement(0)).toBeUndefined();
    expect(announcement(601)).toBeUndefined();
  });

  it('after sleeping over several marks says only the one that counts', () => {
    expect(announcement(45)).toBe(60);
  });

  it('offers more time at two minutes, in a short window later', () => {
    expect(offerAt('2027-01-01T12:00:00Z', '2027-01-01T12:15:00Z')).toBe(120);
    expect(offerAt('2027-01-01T12:00:00Z', '2027-01-01T12:01:00Z')).toBe(12);
    expect(offerAt(deadline, deadline)).toBe(0);
  });
});

describe('the server’s clock', () => {
  it('is found within the uncertainty it claims, whatever the delays and the device’s clock', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -86_400_000, max: 86_400_000 }),
        fc.nat(5_000),
        fc.nat(5_000),
        fc.constantFrom(0, 1000),
        fc.nat(999),
        (offset, there, back, granularity, within) => {
          const sentAt = 1_800_000_000_000 + within;
          const readAt = sentAt + there + offset;
          const serverAt = granularity === 0 ? readAt : Math.floor(readAt / granularity) * granularity;
          const sample = sampleClock(serverAt, sentAt, sentAt + there + back, granularity);
          expect(Math.abs(sample.offset - offset)).toBeLessThanOrEqual(sample.uncertainty + 1);
        },
      ),
    );
  });

  it('keeps the surer sample', () => {
    const sure = { offset: 100, uncertainty: 10 };
    const vague = { offset: 300, uncertainty: 800 };
    expect(betterClock(sure, vague)).toBe(sure);
    expect(betterClock(vague, sure)).toBe(sure);
    expect(betterClock(undefined, vague)).toBe(vague);
  });

  it('goes with the newer one when both cannot be true: the device’s clock was set', () => {
    const before = { offset: 100, uncertainty: 10 };
    const after = { offset: 60_000, uncertainty: 500 };
    expect(betterClock(before, after)).toBe(after);
  });
});
