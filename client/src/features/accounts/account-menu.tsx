import { useState } from 'react';
import { callApi } from '../../browser/api';
import { leaveFor, usePress } from '../../browser/use-press';
import type { Viewer } from '../../browser/viewer';
import { useTexts } from '../../texts';
import { Button } from '../../ui/button';
import { NavLink } from '../../ui/layout';

/** Links to what a signed-in person has here. */
export function OwnPages({ viewer }: { viewer: Viewer | undefined }) {
  const t = useTexts();
  if (!viewer?.signedIn) return null;
  return (
    <>
      <NavLink href="/orders">{t.site.orders}</NavLink>
      <NavLink href="/listings">{t.site.listings}</NavLink>
    </>
  );
}

/** The end of the header: out, or in. Nothing where it is not known who looks (a page that failed early). */
export function AccountMenu({ viewer }: { viewer: Viewer | undefined }) {
  const t = useTexts();
  if (!viewer) return null;
  if (viewer.signedIn) return <SignOut />;
  return (
    <>
      <NavLink href="/signin">{t.site.signIn}</NavLink>
      <NavLink href="/signup">{t.site.signUp}</NavLink>
    </>
  );
}

function SignOut() {
  const t = useTexts();
  const [failed, setFailed] = useState(false);
  const { pending, press } = usePress(async () => {
    setFailed(false);
    const answer = await callApi('/api/users/signout', { method: 'POST' });
    if (answer.ok) await leaveFor('/');
    setFailed(true);
  });
  return (
    <>
      <Button look="quiet" pending={pending} onClick={press}>
        {t.site.signOut}
      </Button>
      {failed && <p role="alert">{t.accounts.signOutFailed}</p>}
    </>
  );
}
