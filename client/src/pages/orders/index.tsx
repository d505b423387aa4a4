import type { PageBase } from '../../browser/viewer';
import { OrderList } from '../../features/orders/order-list';
import type { OrdersProps } from '../../server/loads/orders';
import { useTexts } from '../../texts';
import { Column } from '../../ui/card';
import { PageHead } from '../../ui/page-head';

export { loadOrders as getServerSideProps } from '../../server/loads/orders';

export default function OrdersPage({ groups, page, pages, serverNow }: OrdersProps & PageBase) {
  const t = useTexts();
  return (
    <Column>
      <PageHead title={t.orders.title} />
      <h1>{t.orders.title}</h1>
      <OrderList groups={groups} page={page} pages={pages} renderedAt={serverNow} />
    </Column>
  );
}
