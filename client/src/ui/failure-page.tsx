import { useRouter } from 'next/router';
import type { PageFailure } from '../browser/viewer';
import { useTexts } from '../texts';
import { ButtonLink } from './button';
import { Column, Row } from './card';
import { PageHead } from './page-head';

/** Why there is no page, what to do, and what to quote. Never more: no stack, no names of machines. */
export function FailurePage({
  kind,
  requestId,
}: {
  kind: PageFailure['failure']['kind'];
  requestId?: string | undefined;
}) {
  const t = useTexts();
  const { asPath } = useRouter();
  const { title, text } = t.failures[kind];
  const mayPass = kind === 'unavailable' || kind === 'internal';
  return (
    <Column>
      <PageHead title={title} />
      <h1>{title}</h1>
      <p>{text}</p>
      <Row>
        {mayPass && <ButtonLink href={asPath}>{t.failures.retry}</ButtonLink>}
        <ButtonLink href="/" look={mayPass ? 'secondary' : 'primary'}>
          {t.failures.home}
        </ButtonLink>
      </Row>
      {requestId !== undefined && (
        <p>
          {t.failures.reference} <code>{requestId}</code>
        </p>
      )}
    </Column>
  );
}
