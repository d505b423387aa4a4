import { SellForm } from '../features/listings/sell-form';
import type { SellProps } from '../server/loads/listings';
import { useTexts } from '../texts';
import { Column } from '../ui/card';
import { PageHead } from '../ui/page-head';

export { loadSell as getServerSideProps } from '../server/loads/listings';

export default function SellPage({ limits, zones }: SellProps) {
  const t = useTexts();
  return (
    <Column>
      <PageHead title={t.sell.title} />
      <h1>{t.sell.title}</h1>
      <p>{t.sell.lead}</p>
      <SellForm limits={limits} zones={zones} />
    </Column>
  );
}
