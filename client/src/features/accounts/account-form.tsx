import Link from 'next/link';
import { useState } from 'react';
import type { Viewer } from '../../browser/viewer';
import { useTexts } from '../../texts';
import { Button } from '../../ui/button';
import { Card, Column, Stack } from '../../ui/card';
import { CheckField, Field } from '../../ui/field';
import { NeedsScript } from '../../ui/needs-script';
import { Notice } from '../../ui/notice';
import { useAccountForm, type AccountMode } from './use-account-form';

/**
 * Sign-in or sign-up, then on to `next`. `method="post"`: should the form ever be sent as plain HTML, the password must not
 * land in the address.
 */
export function AccountForm({ mode, next, viewer }: { mode: AccountMode; next: string; viewer: Viewer }) {
  const t = useTexts();
  const [shown, setShown] = useState(false);
  const form = useAccountForm(mode, next);
  const signUp = mode === 'signUp';
  const other = `${signUp ? '/signin' : '/signup'}${next === '/' ? '' : `?next=${encodeURIComponent(next)}`}`;
  return (
    <Column>
      <h1>{signUp ? t.accounts.signUpTitle : t.accounts.signInTitle}</h1>
      {viewer.signedIn && (
        <Notice>
          <p>
            {t.accounts.alreadySignedIn} <Link href={next}>{t.accounts.carryOn}</Link>
          </p>
        </Notice>
      )}
      {!viewer.signedIn && next !== '/' && <Notice>{t.accounts.toFinish}</Notice>}
      <NeedsScript />
      <Card>
        <form method="post" noValidate onSubmit={form.submit}>
          <Stack>
            {form.message !== undefined && (
              <Notice tone="bad" focusRef={form.messageRef}>
                {form.message}
              </Notice>
            )}
            <Field
              id="email"
              name="email"
              type="email"
              label={t.accounts.email}
              autoComplete={signUp ? 'email' : 'username'}
              autoCapitalize="none"
              spellCheck={false}
              maxLength={254}
              required
              error={form.errors.email}
            />
            <Field
              id="password"
              name="password"
              type={shown ? 'text' : 'password'}
              label={t.accounts.password}
              hint={signUp ? t.accounts.passwordHint : undefined}
              autoComplete={signUp ? 'new-password' : 'current-password'}
              autoCapitalize="none"
              spellCheck={false}
              maxLength={256}
              required
              error={form.errors.password}
            />
            <CheckField
              id="show-password"
              label={t.accounts.showPassword}
              checked={shown}
              onChange={() => setShown(!shown)}
            />
            <Button
              type="submit"
              wide
              pending={form.pending}
              pendingText={signUp ? t.accounts.signingUp : t.accounts.signingIn}
            >
              {signUp ? t.accounts.signUp : t.accounts.signIn}
            </Button>
          </Stack>
        </form>
      </Card>
      <p>
        {signUp ? t.accounts.haveAccount : t.accounts.noAccount}{' '}
        <Link href={other}>{signUp ? t.accounts.toSignIn : t.accounts.toSignUp}</Link>
      </p>
    </Column>
  );
}
