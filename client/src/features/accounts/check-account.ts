import type { Texts } from '../../texts';

export interface AccountErrors {
  email?: string;
  password?: string;
}

const MIN_PASSWORD = 8;

/** What can be said before asking auth. Signing in checks presence only: old passwords may follow older rules. */
export function checkAccount(
  mode: 'signIn' | 'signUp',
  { email, password }: { email: string; password: string },
  t: Texts,
): AccountErrors {
  const errors: AccountErrors = {};
  if (email === '') errors.email = t.accounts.emailMissing;
  else if (mode === 'signUp' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    errors.email = t.accounts.emailWrong;
  if (password === '') errors.password = t.accounts.passwordMissing;
  else if (mode === 'signUp' && password.length < MIN_PASSWORD) errors.password = t.accounts.passwordTooShort;
  return errors;
}
