import Head from 'next/head';
import { useTexts } from '../texts';

/** Title and description of a page. Without `index` search engines leave it out: only shop pages are theirs to show. */
export function PageHead({
  title,
  description,
  index = false,
}: {
  title: string;
  description?: string;
  index?: boolean;
}) {
  const t = useTexts();
  return (
    <Head>
      <title key="title">{t.site.pageTitle(title)}</title>
      <meta key="description" name="description" content={description ?? t.site.description} />
      {!index && <meta key="robots" name="robots" content="noindex" />}
    </Head>
  );
}
