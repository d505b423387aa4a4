import type { PageBase } from '../../browser/viewer';
import { OrderPage } from '../../features/orders/order-page';
import type { OrderProps } from '../../server/loads/orders';

export { loadOrder as getServerSideProps } from '../../server/loads/orders';

export default function Order({ order, serverNow }: OrderProps & PageBase) {
  return <OrderPage key={order.id} order={order} renderedAt={serverNow} />;
}
