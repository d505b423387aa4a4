import { Results } from '../features/tickets/results';
import { SearchForm } from '../features/tickets/search-form';
import type { HomeProps } from '../server/loads/home';
import { useTexts } from '../texts';
import { Stack } from '../ui/card';
import { PageHead } from '../ui/page-head';

export { loadHome as getServerSideProps } from '../server/loads/home';

export default function HomePage({ search, results, address }: HomeProps) {
  const t = useTexts();
  return (
    <Stack wide>
      <PageHead title={t.home.title} index />
      <Stack>
        <h1>{t.home.heading}</h1>
        <p>{t.home.lead}</p>
      </Stack>
      <SearchForm search={search} />
      <Results results={results} address={address} />
    </Stack>
  );
}
