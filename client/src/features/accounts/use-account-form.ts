import { useEffect, useRef, useState, type FormEvent } from 'react';
import { callApi, type ApiProblem } from '../../browser/api';
import { problemText } from '../../browser/problem-text';
import { leaveFor, usePress } from '../../browser/use-press';
import { useTexts } from '../../texts';
import { checkAccount, type AccountErrors } from './check-account';

export type AccountMode = 'signIn' | 'signUp';

const PATHS = { signIn: '/api/users/signin', signUp: '/api/users/signup' } as const;

/** Checks, sends and explains; the focus goes to the first thing to correct. */
export function useAccountForm(mode: AccountMode, next: string) {
  const t = useTexts();
  const [errors, setErrors] = useState<AccountErrors>({});
  const [message, setMessage] = useState<{ text: string }>();
  const messageRef = useRef<HTMLDivElement>(null);
  const typed = useRef({ email: '', password: '' });
  useEffect(() => {
    if (message) messageRef.current?.focus();
  }, [message]);

  const refuse = (problem: ApiProblem) => {
    const perField = problem.status === 400 && problem.code === 'validation_failed';
    const told = perField ? fieldErrors(problem) : {};
    setErrors(told);
    if (Object.keys(told).length === 0) setMessage({ text: problemText(problem, t) });
    else focusFirst(told);
  };
  const { pending, press } = usePress(async () => {
    const answer = await callApi(PATHS[mode], { method: 'POST', body: typed.current });
    if (answer.ok) return leaveFor(next);
    refuse(answer.problem);
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = data.get(name);
      return typeof value === 'string' ? value : '';
    };
    typed.current = { email: text('email').trim(), password: text('password') };
    const found = checkAccount(mode, typed.current, t);
    setErrors(found);
    setMessage(undefined);
    if (Object.keys(found).length > 0) focusFirst(found);
    else press();
  };
  return { errors, message: message?.text, messageRef, pending, submit };
}

function fieldErrors(problem: ApiProblem): AccountErrors {
  const errors: AccountErrors = {};
  for (const { field, message } of problem.errors) {
    if (field === 'email' || field === 'password') errors[field] ??= message;
  }
  return errors;
}

function focusFirst(errors: AccountErrors): void {
  document.getElementById(errors.email === undefined ? 'password' : 'email')?.focus();
}
