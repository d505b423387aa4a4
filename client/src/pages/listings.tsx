import { Listings } from '../features/listings/listings';
import type { ListingsProps } from '../server/loads/listings';
import { useTexts } from '../texts';
import { Column } from '../ui/card';
import { PageHead } from '../ui/page-head';

export { loadListings as getServerSideProps } from '../server/loads/listings';

export default function ListingsPage(props: ListingsProps) {
  const t = useTexts();
  return (
    <Column>
      <PageHead title={t.listings.title} />
      <h1>{t.listings.title}</h1>
      <Listings {...props} />
    </Column>
  );
}
