import type { GetServerSideProps } from 'next';

/** `GET /healthz`: this process renders pages. Nothing else is asked: services that are down are said on the pages. */
export const getServerSideProps: GetServerSideProps = ({ res }) => {
  res.setHeader('content-type', 'text/plain; charset=utf-8');
  res.setHeader('cache-control', 'no-store');
  res.end('ok\n');
  return Promise.resolve({ props: {} });
};

export default function Healthz() {
  return null;
}
