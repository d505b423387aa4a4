import type { AppProps } from 'next/app';
import Head from 'next/head';
import { useEffect, useState } from 'react';
import { primeClock } from '../browser/server-clock';
import { keepZone, ZoneProvider, type PageBase, type PageFailure } from '../browser/viewer';
import { AccountMenu, OwnPages } from '../features/accounts/account-menu';
import { en } from '../texts/en';
import { TextsProvider } from '../texts';
import { FailurePage } from '../ui/failure-page';
import { Layout } from '../ui/layout';
import '../styles/tokens.css';
import '../styles/base.css';

type Props = Partial<PageBase & PageFailure>;

/** Around every page: texts, the visitor's zone, header and footer; a page that failed shows why instead of its content. */
export default function App({ Component, pageProps }: AppProps<Props>) {
  const { viewer, zone = 'UTC', serverNow, failure, requestId } = pageProps;
  useState(() => {
    if (serverNow !== undefined) primeClock(serverNow);
  });
  useEffect(() => keepZone(zone), [zone]);
  return (
    <TextsProvider value={en}>
      <ZoneProvider value={zone}>
        <Head>
          <meta name="viewport" content="width=device-width, initial-scale=1" />
        </Head>
        <Layout own={<OwnPages viewer={viewer} />} account={<AccountMenu viewer={viewer} />}>
          {failure ? <FailurePage kind={failure.kind} requestId={requestId} /> : <Component {...pageProps} />}
        </Layout>
      </ZoneProvider>
    </TextsProvider>
  );
}
