import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMemoryBus } from '@gittix/common/bus';
import { decodeEvent, encodeEvent, userEvents } from '@gittix/common/events';
import { createRelay } from '@gittix/common/outbox';
import { waitFor } from '@gittix/common/testing';
import { openAuth } from '../support/auth-app';
import { newEmail, signIn, signUp } from '../support/requests';

const goldenFile = '../../../common/test/events/golden/UserCreated.v1.golden.json';
const golden = JSON.parse(readFileSync(join(__dirname, goldenFile), 'utf8'));

describe('UserCreated', () => {
  it('is published once per account, with its whole public state and nothing else', async () => {
    const auth = await openAuth();
    try {
      const email = newEmail();
      const { body: user } = await signUp(auth.url, email);
      await signUp(auth.url, email);
      await signIn(auth.url, email);
      await waitFor(async () => (await auth.users.findById(user.id))?.outbox.length === 0);
      await auth.relay.idle();

      expect(auth.bus.published).toHaveLength(1);
      const [event] = auth.bus.published;
      // The golden file, but for what is this account's own.
      expect(event).toEqual({
        ...golden,
        id: `user.${user.id}.0`,
        subject: user.id,
        time: user.createdAt,
        traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
        data: { ...golden.data, id: user.id, email, createdAt: user.createdAt },
      });
      expect(userEvents.UserCreated.parse(event?.data)).toEqual(event?.data);
      expect(JSON.stringify(event)).not.toContain('argon2');

      const stored = await auth.users.findById(user.id);
      expect(stored?.version).toBe(0);
      expect(stored?.last).toMatchObject({ id: `user.${user.id}.0` });
    } finally {
      await auth.close();
    }
  });

  it('carries the trace of the request that made the account', async () => {
    const auth = await openAuth();
    try {
      const trace = '0af7651916cd43dd8448eb211c80319c';
      await signUp(auth.url).set('traceparent', `00-${trace}-b7ad6b7169203331-01`);
      await waitFor(() => auth.bus.published.length === 1);
      expect(auth.bus.published[0]?.traceparent).toContain(trace);
    } finally {
      await auth.close();
    }
  });

  it('is published by the sweeper of any replica when the process died between commit and publish', async () => {
    const nobody = { kick: () => undefined, idle: () => Promise.resolve(), stop: () => Promise.resolve() };
    const auth = await openAuth({ relay: nobody });
    const bus = createMemoryBus();
    try {
      // The relay of this process is out of the way, as if it had been killed right after the commit.
      await auth.relay.stop();
      const { body: user } = await signUp(auth.url);
      const left = await auth.users.findById(user.id);
      expect(left?.outbox.map(({ _id }) => _id)).toEqual([`user.${user.id}.0`]);
      expect(auth.bus.published).toEqual([]);

      const { connection, logger } = auth;
      const timing = { sweepAfterMs: 0, sweepEveryMs: 20 };
      const replica = createRelay({ bus, connection, collections: ['users'], logger, ...timing });
      await waitFor(async () => (await auth.users.findById(user.id))?.outbox.length === 0);
      await replica.stop();
      expect(bus.published.map(({ id }) => id)).toEqual([`user.${user.id}.0`]);
      expect((await auth.users.findById(user.id))?.version).toBe(0);
    } finally {
      await auth.close();
    }
  });

  it('waits in the outbox while the bus is away, and the answer does not wait for it', async () => {
    const auth = await openAuth();
    try {
      auth.bus.down = true;
      const { status, body: user } = await signUp(auth.url);
      expect(status).toBe(201);
      await auth.relay.idle();
      expect((await auth.users.findById(user.id))?.outbox).toHaveLength(1);
      auth.bus.down = false;
      auth.relay.kick('users', (await auth.users.findById(user.id))?._id);
      await waitFor(() => auth.bus.published.length === 1);
    } finally {
      await auth.close();
    }
  });

  it('survives the wire', async () => {
    const auth = await openAuth();
    try {
      await signUp(auth.url);
      const event = await waitFor(() => auth.bus.published[0]);
      expect(decodeEvent(encodeEvent(event))).toEqual(event);
    } finally {
      await auth.close();
    }
  });
});
