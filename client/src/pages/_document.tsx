import { randomBytes } from 'node:crypto';
import Document, {
  Head,
  Html,
  Main,
  NextScript,
  type DocumentContext,
  type DocumentInitialProps,
} from 'next/document';
import { setPageHeaders } from '../server/page-headers';
import { en } from '../texts/en';

interface Props extends DocumentInitialProps {
  nonce: string;
}

/** The frame of every HTML answer, and the place where its policy is set: at run time, since the build is made once. */
export default class ShopDocument extends Document<Props> {
  static override async getInitialProps(context: DocumentContext): Promise<Props> {
    const nonce = randomBytes(16).toString('base64');
    if (context.res) setPageHeaders(context.res, context.req, nonce);
    return { ...(await Document.getInitialProps(context)), nonce };
  }

  override render() {
    return (
      <Html lang={en.lang}>
        <Head nonce={this.props.nonce}>
          <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
          <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff" />
          <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1a212b" />
        </Head>
        <body>
          <Main />
          <NextScript nonce={this.props.nonce} />
        </body>
      </Html>
    );
  }
}
