import Link from 'next/link';
import { useRouter } from 'next/router';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTexts } from '../texts';
import { Logo } from './icon';
import styles from './layout.module.css';

/** Header, main part, footer. `own` are the viewer's own pages, `account` is how to sign in or out. */
export function Layout({
  own,
  account,
  children,
}: {
  own: ReactNode;
  account: ReactNode;
  children: ReactNode;
}) {
  const t = useTexts();
  const main = useFocusOnNewPage();
  return (
    <>
      <a href="#main" className={styles.skip}>
        {t.site.skip}
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link href="/" className={styles.brand} aria-label={t.site.home}>
            <Logo />
            <span>{t.site.name}</span>
          </Link>
          <nav aria-label={t.site.mainNavigation} className={styles.nav}>
            <NavLink href="/">{t.site.tickets}</NavLink>
            <NavLink href="/sell">{t.site.sell}</NavLink>
            {own}
          </nav>
          <div className={styles.account}>{account}</div>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        {children}
      </main>
      <footer className={styles.footer}>
        <p>{t.site.footer}</p>
      </footer>
    </>
  );
}

/** One entry of the main navigation; the current page is marked for eyes and ears. */
export function NavLink({ href, children }: { href: string; children: ReactNode }) {
  const { asPath } = useRouter();
  const here = asPath.split(/[?#]/)[0] === href;
  return (
    <Link href={href} className={styles.link} aria-current={here ? 'page' : undefined}>
      {children}
    </Link>
  );
}

/** After a change of page by script the focus goes where a full load would put the reader: to the new content. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const { asPath } = useRouter();
  const path = asPath.split(/[?#]/)[0];
  const last = useRef(path);
  useEffect(() => {
    if (last.current !== path) main.current?.focus({ preventScroll: true });
    last.current = path;
  }, [path]);
  return main;
}
