import type { NextPageContext } from 'next';
import { FailurePage } from '../ui/failure-page';

interface Props {
  kind: 'not_found' | 'internal';
  requestId?: string;
}

/** The last resort: a page that threw while it was rendered, here or in the browser. Other failures are pages of the shop (server/page.ts). */
export default function ErrorPage({ kind, requestId }: Props) {
  return <FailurePage kind={kind} requestId={requestId} />;
}

/** The request's id is on the answer already when the page's loader ran; else the ingress's. */
ErrorPage.getInitialProps = ({ req, res, err }: NextPageContext): Props => {
  const status = res?.statusCode ?? err?.statusCode ?? 404;
  const known = res?.getHeader('x-request-id') ?? req?.headers['x-request-id'];
  return {
    kind: status === 404 ? 'not_found' : 'internal',
    ...(typeof known === 'string' ? { requestId: known } : {}),
  };
};
