import type { FocusEvent, ChangeEvent } from 'react';
import { useTexts } from '../../texts';
import { Button, ButtonLink } from '../../ui/button';
import { Card, Row, Stack } from '../../ui/card';
import { Disclosure } from '../../ui/disclosure';
import { ErrorSummary } from '../../ui/error-summary';
import { Field, FieldRow, SelectField, TextAreaField } from '../../ui/field';
import { NeedsScript } from '../../ui/needs-script';
import { Notice } from '../../ui/notice';
import { formatMoney } from '../../money/format';
import type { DraftField } from './check-draft';
import { PriceSplit } from './price-split';
import { EMPTY_DRAFT, useSellForm } from './use-sell-form';
import type { ListingDraft, SellLimits } from './view';
import { ZoneOptions } from './zone-options';

/** Seven fields; seat and notes wait behind one more press. New listing, or with `id` a changed one. */
export function SellForm({
  id,
  draft: given = EMPTY_DRAFT,
  limits,
  zones,
}: {
  id?: string;
  draft?: ListingDraft;
  limits: SellLimits;
  zones: string[];
}) {
  const t = useTexts();
  const { formRef, ...form } = useSellForm({ ...(id === undefined ? {} : { id }), draft: given, limits });
  const { draft, errors } = form;
  const bind = (name: DraftField) => ({
    id: name,
    name,
    value: draft[name],
    error: errors[name],
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>) =>
      form.change(name, event.target.value),
    onBlur: (_: FocusEvent) => form.leave(name),
  });
  const money = (amount: SellLimits['min']) => formatMoney(amount, t.numberLocale);
  const list = (Object.keys(draft) as DraftField[]).flatMap((name) =>
    errors[name] === undefined ? [] : [{ id: name, message: errors[name] }],
  );
  const extraOpen = (['section', 'row', 'seat', 'notes'] as const).some(
    (name) => given[name] !== '' || errors[name],
  );
  return (
    <Card>
      <NeedsScript />
      <form ref={formRef} method="post" noValidate onSubmit={form.submit}>
        <Stack>
          {form.tries > 0 && (
            <ErrorSummary heading={t.sell.errorSummary(list.length)} errors={list} shown={form.tries} />
          )}
          {form.problem && (
            <Notice tone="bad" live="assertive">
              <p>{form.problem.text}</p>
              {form.problem.signIn && (
                // In a new tab: what was typed here stays.
                <a href="/signin" target="_blank" rel="noreferrer">
                  {t.site.signIn}
                </a>
              )}
            </Notice>
          )}
          <Field
            {...bind('title')}
            label={t.sell.eventTitle}
            hint={t.sell.eventTitleHint}
            required
            maxLength={200}
          />
          <Field
            {...bind('price')}
            label={t.sell.price}
            hint={t.sell.priceHint(money(limits.min), money(limits.max))}
            inputMode="decimal"
            autoComplete="off"
            required
          />
          <PriceSplit typed={draft.price} limits={limits} />
          <FieldRow>
            <Field {...bind('venue')} label={t.sell.venue} mark={t.sell.optional} />
            <Field {...bind('city')} label={t.sell.city} mark={t.sell.optional} />
          </FieldRow>
          <FieldRow>
            <Field
              {...bind('startsAt')}
              type="datetime-local"
              label={t.sell.startsAt}
              mark={t.sell.optional}
            />
            <SelectField {...bind('timeZone')} label={t.sell.timeZone}>
              <ZoneOptions zones={zones} chosen={draft.timeZone} />
            </SelectField>
          </FieldRow>
          <SelectField {...bind('category')} label={t.sell.category} mark={t.sell.optional}>
            <option value="">{t.sell.noCategory}</option>
            {Object.entries(t.categories).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </SelectField>
          <Disclosure summary={t.sell.seatAndNotes} open={extraOpen}>
            <Stack>
              <FieldRow>
                <Field {...bind('section')} label={t.sell.section} />
                <Field {...bind('row')} label={t.sell.row} />
                <Field {...bind('seat')} label={t.sell.seat} />
              </FieldRow>
              <TextAreaField {...bind('notes')} label={t.sell.notes} />
            </Stack>
          </Disclosure>
          <Row>
            <Button
              type="submit"
              // Pressing must not make the field lose focus first: its error would move the button from under the pointer.
              onMouseDown={(event) => event.preventDefault()}
              pending={form.pending}
              pendingText={id === undefined ? t.sell.publishing : t.sell.saving}
            >
              {id === undefined ? t.sell.publish : t.sell.save}
            </Button>
            <ButtonLink href={id === undefined ? '/listings' : `/tickets/${id}`} look="quiet">
              {t.sell.cancel}
            </ButtonLink>
          </Row>
        </Stack>
      </form>
    </Card>
  );
}
