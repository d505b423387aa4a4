import type { PageBase } from '../browser/viewer';
import { AccountForm } from '../features/accounts/account-form';
import type { AccountProps } from '../server/loads/accounts';
import { useTexts } from '../texts';
import { PageHead } from '../ui/page-head';

export { loadAccount as getServerSideProps } from '../server/loads/accounts';

export default function SignInPage({ next, viewer }: AccountProps & PageBase) {
  const t = useTexts();
  return (
    <>
      <PageHead title={t.accounts.signInTitle} />
      <AccountForm mode="signIn" next={next} viewer={viewer} />
    </>
  );
}
