import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { Ticket } from '@gittix/common/api';
import { callApi, needsSignIn, type ApiProblem } from '../../browser/api';
import { problemText } from '../../browser/problem-text';
import { requestKeys } from '../../browser/request-key';
import { serverTime } from '../../browser/server-clock';
import { typedBefore } from '../../browser/typed-before';
import { leaveFor, usePress } from '../../browser/use-press';
import { useViewerZone } from '../../browser/viewer';
import { useTexts } from '../../texts';
import { checkDraft, errorsFromApi, type DraftErrors, type DraftField } from './check-draft';
import type { ListingDraft, SellLimits } from './view';

export const EMPTY_DRAFT: ListingDraft = {
  title: '',
  price: '',
  venue: '',
  city: '',
  startsAt: '',
  timeZone: '',
  category: '',
  section: '',
  row: '',
  seat: '',
  notes: '',
};

/** State of the sell form. With `id` it changes that listing, else it makes a new one. */
export function useSellForm(options: { id?: string; draft: ListingDraft; limits: SellLimits }) {
  const { id, limits } = options;
  const t = useTexts();
  const browserZone = useViewerZone();
  const [typed, setTyped] = useState(options.draft);
  const [errors, setErrors] = useState<DraftErrors>({});
  const [tries, setTries] = useState(0);
  const [problem, setProblem] = useState<ApiProblem>();
  const [keyOf] = useState(requestKeys);
  const formRef = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const before = formRef.current ? typedBefore(formRef.current) : {};
    if (Object.keys(before).length > 0) setTyped((now) => ({ ...now, ...before }));
  }, []);
  const draft = { ...typed, timeZone: typed.timeZone || browserZone };
  const check = () => checkDraft(draft, limits, serverTime(), t);

  const change = (field: DraftField, value: string) => {
    setTyped({ ...typed, [field]: value });
    // An error goes while it is being corrected; whether it is corrected, leaving the field tells.
    if (errors[field] !== undefined) setErrors(without(errors, field));
  };
  const leave = (field: DraftField) => {
    const checked = check();
    const error = checked.ok ? undefined : checked.errors[field];
    // Nothing typed yet is no error before the form is sent.
    if (draft[field].trim() === '' && tries === 0) return;
    setErrors(error === undefined ? without(errors, field) : { ...errors, [field]: error });
  };

  const { pending, press } = usePress(async () => {
    setProblem(undefined);
    const checked = check();
    if (!checked.ok) return refuse(checked.errors);
    setErrors({});
    const method = id === undefined ? 'POST' : 'PUT';
    const path = id === undefined ? '/api/tickets' : `/api/tickets/${id}`;
    const answer = await callApi<Ticket>(path, {
      method,
      body: checked.request,
      ...(id === undefined && { idempotencyKey: keyOf(checked.request) }),
    });
    if (answer.ok) return leaveFor(`/tickets/${answer.value.id}`);
    const told = errorsFromApi(answer.problem.errors);
    if (answer.problem.code === 'event_in_past') told.startsAt ??= t.sellErrors.startPast;
    if (Object.keys(told).length > 0) refuse(told);
    else setProblem(answer.problem);
  });
  const refuse = (found: DraftErrors) => {
    setErrors(found);
    setTries((before) => before + 1);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    press();
  };
  return {
    formRef,
    draft,
    errors,
    tries,
    pending,
    change,
    leave,
    submit,
    problem: problem && { text: problemText(problem, t), signIn: needsSignIn(problem) },
  };
}

function without(errors: DraftErrors, field: DraftField): DraftErrors {
  const { [field]: _gone, ...others } = errors;
  return others;
}
