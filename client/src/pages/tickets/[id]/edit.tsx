import { SellForm } from '../../../features/listings/sell-form';
import type { EditProps } from '../../../server/loads/listings';
import { useTexts } from '../../../texts';
import { ButtonLink } from '../../../ui/button';
import { Column, Row } from '../../../ui/card';
import { Notice } from '../../../ui/notice';
import { PageHead } from '../../../ui/page-head';

export { loadEdit as getServerSideProps } from '../../../server/loads/listings';

export default function EditPage({ id, draft, limits, zones, closed }: EditProps) {
  const t = useTexts();
  return (
    <Column>
      <PageHead title={t.sell.editTitle} />
      <h1>{t.sell.editTitle}</h1>
      {closed === undefined ? (
        <SellForm id={id} draft={draft} limits={limits} zones={zones} />
      ) : (
        <>
          <Notice tone="wait">
            <p>{t.sell.notEditable}</p>
            <p>{t.listings.why[closed]}</p>
          </Notice>
          <Row>
            <ButtonLink href={`/tickets/${id}`} look="secondary">
              {t.order.seeTicket}
            </ButtonLink>
          </Row>
        </>
      )}
    </Column>
  );
}
