import Head from 'next/head';
import type { PageBase } from '../../../browser/viewer';
import { TicketPage } from '../../../features/tickets/ticket-page';
import { formatMoney } from '../../../money/format';
import type { TicketProps } from '../../../server/loads/ticket';
import { useTexts } from '../../../texts';
import { PageHead } from '../../../ui/page-head';

export { loadTicket as getServerSideProps } from '../../../server/loads/ticket';

export default function Ticket({ ticket, similar, url, jsonLd, viewer }: TicketProps & PageBase) {
  const t = useTexts();
  const about = [ticket.starts?.text, ticket.place].filter(Boolean).join(', ');
  const description = [t.ticket.description(ticket.title, formatMoney(ticket.price, t.numberLocale)), about]
    .filter(Boolean)
    .join(' ');
  return (
    <>
      <PageHead title={ticket.title} description={description} index />
      <Head>
        <link key="canonical" rel="canonical" href={url} />
        <meta key="og:type" property="og:type" content="website" />
        <meta key="og:site_name" property="og:site_name" content={t.site.name} />
        <meta key="og:title" property="og:title" content={ticket.title} />
        <meta key="og:description" property="og:description" content={description} />
        <meta key="og:url" property="og:url" content={url} />
        <script key="json-ld" type="application/ld+json" dangerouslySetInnerHTML={{ __html: jsonLd }} />
      </Head>
      <TicketPage ticket={ticket} similar={similar} viewer={viewer} />
    </>
  );
}
