import { useRouter } from 'next/router';
import type { FormEvent } from 'react';
import { useTexts } from '../../texts';
import { Button, ButtonLink } from '../../ui/button';
import { Disclosure } from '../../ui/disclosure';
import { Field, FieldRow, SelectField } from '../../ui/field';
import { hasMoreFilters, toSearchParams } from './search-address';
import styles from './search-form.module.css';
import type { SearchView } from './view';

const NAMES = ['q', 'city', 'category', 'from', 'to', 'min', 'max', 'sort'] as const;

/** The search as a plain GET form; with script the address stays free of empty fields and the page does not blink. */
export function SearchForm({ search }: { search: SearchView }) {
  const t = useTexts();
  const router = useRouter();
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const typed = Object.fromEntries(
      NAMES.map((name) => {
        const value = data.get(name);
        return [name, typeof value === 'string' ? value.trim() : ''];
      }),
    ) as unknown as SearchView;
    const params = toSearchParams(typed).toString();
    void router.push(params ? `/?${params}` : '/');
  };
  const filtered = toSearchParams({ ...search, sort: '' }).size > 0;
  return (
    // The key makes the fields follow the address when "back" restores an older search.
    <form
      key={JSON.stringify(search)}
      method="get"
      action="/"
      role="search"
      className={styles.form}
      onSubmit={onSubmit}
    >
      <div className={styles.main}>
        <Field
          id="q"
          name="q"
          type="search"
          label={t.home.searchLabel}
          defaultValue={search.q}
          maxLength={100}
        />
        <Field id="city" name="city" label={t.home.city} defaultValue={search.city} maxLength={100} />
        <SelectField id="sort" name="sort" label={t.home.sort} defaultValue={search.sort}>
          {Object.entries(t.sorts).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <Disclosure summary={t.home.moreFilters} open={hasMoreFilters(search)}>
        <FieldRow>
          <SelectField id="category" name="category" label={t.home.category} defaultValue={search.category}>
            <option value="">{t.home.anyCategory}</option>
            {Object.entries(t.categories).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </SelectField>
          <Field id="from" name="from" type="date" label={t.home.from} defaultValue={search.from} />
          <Field id="to" name="to" type="date" label={t.home.to} defaultValue={search.to} />
          <Field id="min" name="min" inputMode="decimal" label={t.home.minPrice} defaultValue={search.min} />
          <Field id="max" name="max" inputMode="decimal" label={t.home.maxPrice} defaultValue={search.max} />
        </FieldRow>
      </Disclosure>
      <div className={styles.actions}>
        <Button type="submit" plain>
          {t.home.submit}
        </Button>
        {filtered && (
          <ButtonLink href="/" look="quiet">
            {t.home.clear}
          </ButtonLink>
        )}
      </div>
    </form>
  );
}
