import { commonPasswords } from '../../src/domain/common-passwords';
import { emailKey } from '../../src/domain/email';
import { passwordWeakness } from '../../src/domain/password-rules';
import { toUser } from '../../src/domain/user';

describe('emailKey', () => {
  it.each([
    ['Ada@Example.ORG', 'ada@example.org'],
    ['  ada@example.org\t', 'ada@example.org'],
    ['e\u0301va@example.org', '\u00e9va@example.org'],
    ['E\u0301VA@example.org', '\u00e9va@example.org'],
  ])('makes one key of %j', (typed, key) => {
    expect(emailKey(typed)).toBe(key);
  });

  it('is its own key', () => {
    for (const typed of ['Ada@Example.ORG', 'İ@example.org', 'ΑΣ@example.org']) {
      expect(emailKey(emailKey(typed))).toBe(emailKey(typed));
    }
  });

  it('keeps different people apart', () => {
    expect(emailKey('a.da@example.org')).not.toBe(emailKey('ada@example.org'));
    expect(emailKey('ada+1@example.org')).not.toBe(emailKey('ada@example.org'));
  });
});

describe('passwordWeakness', () => {
  it.each(['password1', 'PASSWORD1', 'Passw0rd', '12345678', 'QwertyUiop', '１２３４５６７８'])(
    'refuses the common %s',
    (password) => {
      expect(passwordWeakness(password, 'ada@example.org')).toMatch(/commonest/);
    },
  );

  it.each(['ada@example.org', 'ADA@example.ORG', ' ada@example.org '])(
    'refuses the e-mail itself as %j',
    (password) => {
      expect(passwordWeakness(password, 'Ada@Example.org')).toMatch(/e-mail/);
    },
  );

  it.each(['correct horse', 'password1 and more', 'ada@example.org!', 'sieben Zwerge', '🔑🔑🔑🔑🔑🔑🔑🔑'])(
    'takes %s',
    (password) => {
      expect(passwordWeakness(password, 'ada@example.org')).toBeUndefined();
    },
  );

  it('lists at least a hundred, each of which the length rule alone would take, in lower case', () => {
    expect(commonPasswords.size).toBeGreaterThanOrEqual(100);
    for (const password of commonPasswords) {
      expect(password.length).toBeGreaterThanOrEqual(8);
      expect(password).toBe(password.toLowerCase());
    }
  });
});

describe('toUser', () => {
  it('shows four fields and nothing else', () => {
    const record = {
      id: '65f000000000000000000001',
      email: 'Ada@example.org',
      emailKey: 'ada@example.org',
      passwordHash: '$argon2id$…',
      role: 'user' as const,
      createdAt: new Date('2026-01-02T03:04:05.678Z'),
    };
    expect(toUser(record)).toEqual({
      id: '65f000000000000000000001',
      email: 'Ada@example.org',
      role: 'user',
      createdAt: '2026-01-02T03:04:05.678Z',
    });
  });
});
