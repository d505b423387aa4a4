import fc from 'fast-check';
import { PermanentError } from '../../src/errors';
import {
  createEvent,
  decodeEvent,
  encodeEvent,
  eventSchemas,
  eventTypes,
  MAX_EVENT_BYTES,
  UnknownEventType,
  type EventType,
  type NewEvent,
} from '../../src/events';
import { goldenBytes, goldenTypes } from './golden';
import { samples } from './samples';

interface LooseEnvelope {
  [member: string]: unknown;
  data: Record<string, unknown>;
}

const golden = (type: EventType) => JSON.parse(goldenBytes(type).toString()) as LooseEnvelope;
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('golden files', () => {
  it('has one for each event type and none besides', () => {
    expect(goldenTypes().sort()).toEqual([...eventTypes].sort());
  });

  it.each(eventTypes)('reads %s', (type) => {
    expect(decodeEvent(goldenBytes(type))).toEqual(golden(type));
  });

  it.each(eventTypes)('writes %s', (type) => {
    expect(createEvent(samples[type] as NewEvent<EventType>)).toStrictEqual(golden(type));
  });
});

describe('createEvent', () => {
  it.each(eventTypes)('refuses %s with a member outside its schema', (type) => {
    const sample = samples[type];
    const data = { ...sample.data, passwordHash: 'argon2id$secret' };
    expect(() => createEvent({ ...sample, data })).toThrow(/passwordHash/);
  });

  it('refuses an event larger than the bus takes', () => {
    const { data, ...rest } = samples.TicketCreated;
    const huge = { ...rest, data: { ...data, notes: 'x'.repeat(MAX_EVENT_BYTES) } };
    expect(() => createEvent(huge)).toThrow(/larger than/);
  });
});

describe('decodeEvent', () => {
  it.each(eventTypes)('leaves out what a newer release added to %s', (type) => {
    const event = golden(type);
    const newer = { ...event, region: 'eu', data: { ...event.data, colour: 'red' } };
    expect(decodeEvent(bytes(newer))).toEqual(event);
  });

  it.each(eventTypes)('names each missing member of %s', (type) => {
    const event = golden(type);
    const fields = requiredMembers(type);
    expect(fields.length).toBeGreaterThan(0);
    for (const field of fields) {
      const { [field]: _left, ...data } = event.data;
      const error = thrownBy(() => decodeEvent(bytes({ ...event, data })));
      expect(error).toBeInstanceOf(PermanentError);
      expect((error as Error).message).toContain(`${field}: `);
    }
  });

  it.each(['specversion', 'id', 'type', 'source', 'subject', 'time', 'datacontenttype', 'dataschema'])(
    'names the envelope member %s',
    (member) => {
      const error = thrownBy(() => decodeEvent(bytes({ ...golden('OrderCreated'), [member]: 7 })));
      expect(error).toBeInstanceOf(PermanentError);
      expect((error as Error).message).toContain(`${member}: `);
    },
  );

  it('names the path of a wrong nested value', () => {
    const event = golden('OrderCreated');
    const data = { ...event.data, total: { amount: 1.5, currency: 'usd' } };
    expect(() => decodeEvent(bytes({ ...event, data }))).toThrow(/total\.amount: /);
  });

  it.each(['OrderCreated/v0', 'OrderCreated/v99', 'TicketCreated/v1', 'v1', ''])(
    'refuses the schema version "%s"',
    (dataschema) => {
      expect(() => decodeEvent(bytes({ ...golden('OrderCreated'), dataschema }))).toThrow(PermanentError);
    },
  );

  it.each(['OrderTeleported', 'toString', '__proto__', 'constructor'])(
    'tells the unknown type %s from a broken message',
    (type) => {
      const event = { ...golden('OrderCreated'), type, dataschema: `${type}/v1` };
      expect(() => decodeEvent(bytes(event))).toThrow(UnknownEventType);
    },
  );

  it('refuses a message larger than the bus takes, without parsing it', () => {
    expect(() => decodeEvent(new Uint8Array(MAX_EVENT_BYTES + 1))).toThrow(/larger than/);
  });

  it('throws only PermanentError or UnknownEventType, whatever the bytes', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
      fc
        .record({ member: fc.constantFrom(...Object.keys(golden('OrderCreated'))), value: fc.jsonValue() })
        .map(({ member, value }) => bytes({ ...golden('OrderCreated'), [member]: value })),
    );
    fc.assert(
      fc.property(anything, (body) => {
        let event: unknown;
        try {
          event = decodeEvent(body);
        } catch (error) {
          expect([PermanentError, UnknownEventType]).toContain((error as Error).constructor);
          return;
        }
        expect(decodeEvent(encodeEvent(event as never))).toEqual(event);
      }),
    );
  });
});

/** Members without which the schema refuses an event of this type. */
function requiredMembers(type: EventType): string[] {
  const required = Object.entries(eventSchemas[type].shape).filter(([, schema]) => !schema.isOptional());
  return required.map(([member]) => member);
}
