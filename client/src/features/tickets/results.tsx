import { useRouter } from 'next/router';
import { useTexts } from '../../texts';
import { ButtonLink } from '../../ui/button';
import { Empty, Stack } from '../../ui/card';
import { Pager } from '../../ui/pager';
import { TicketList } from './ticket-card';
import type { ResultsView } from './view';

/** What a search found, or which of three ways there is nothing to show. */
export function Results({ results, address }: { results: ResultsView; address: string }) {
  const t = useTexts();
  const { asPath } = useRouter();
  switch (results.kind) {
    case 'found':
      return (
        <Stack>
          <h2>{t.home.results(results.total)}</h2>
          <TicketList tickets={results.tickets} />
          <Pager address={address} page={results.page} pages={results.pages} />
        </Stack>
      );
    case 'nothingFound':
      return (
        <Empty heading={t.home.nothingFound} hint={t.home.nothingFoundHint}>
          <ButtonLink href="/" look="secondary">
            {t.home.clear}
          </ButtonLink>
        </Empty>
      );
    case 'nothingAtAll':
      return (
        <Empty heading={t.home.nothingAtAll} hint={t.home.nothingAtAllHint}>
          <ButtonLink href="/sell">{t.home.beFirst}</ButtonLink>
        </Empty>
      );
    case 'failed':
      return (
        <Empty heading={t.home.couldNotLoad} hint={t.home.couldNotLoadHint}>
          <ButtonLink href={asPath} look="secondary">
            {t.home.retry}
          </ButtonLink>
        </Empty>
      );
  }
}
