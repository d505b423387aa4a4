import Link from 'next/link';
import { useTexts } from '../texts';
import styles from './pager.module.css';

/** Pages of a list as real links. `address` is the list's, without a page. */
export function Pager({ address, page, pages }: { address: string; page: number; pages: number }) {
  const t = useTexts();
  if (pages <= 1) return null;
  const [path = '/', query = ''] = address.split('?');
  const to = (number: number) => {
    const params = new URLSearchParams(query);
    if (number > 1) params.set('page', String(number));
    return params.size > 0 ? `${path}?${params.toString()}` : path;
  };
  return (
    <nav aria-label={t.home.pages} className={styles.pager}>
      {page > 1 && (
        <Link href={to(page - 1)} rel="prev" className={styles.link}>
          {t.home.previous}
        </Link>
      )}
      <span>{t.home.pageOf(page, pages)}</span>
      {page < pages && (
        <Link href={to(page + 1)} rel="next" className={styles.link}>
          {t.home.next}
        </Link>
      )}
    </nav>
  );
}
