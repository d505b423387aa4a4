import Document, {
  Head,
  Html,
  Main,
  NextScript,
  type DocumentContext,
  type DocumentInitialProps,
} from 'next/document';
import { contentSecurityPolicy } from '../server/csp';
import { en } from '../texts/en';

/** The frame of every HTML answer, and the place where its policy is set: at run time, since the build is made once. */
export default class ShopDocument extends Document {
  static override async getInitialProps(context: DocumentContext): Promise<DocumentInitialProps> {
    context.res?.setHeader('content-security-policy', contentSecurityPolicy());
    return Document.getInitialProps(context);
  }

  override render() {
    return (
      <Html lang={en.lang}>
        <Head>
          <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
          <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff" />
          <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1a212b" />
        </Head>
        <body>
          <Main />
          <NextScript />
        </body>
      </Html>
    );
  }
}
