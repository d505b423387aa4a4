import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react';
import styles from './field.module.css';

interface FrameProps {
  id: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Said after the label in brackets, such as "optional". */
  mark?: string | undefined;
}

/** Label above, then hint, control, error. The control names hint and error by `aria-describedby`. */
function Frame({ id, label, hint, error, mark, children }: FrameProps & { children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
        {mark && <span className={styles.mark}> ({mark})</span>}
      </label>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {children}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}

const described = ({ id, hint, error }: FrameProps) => ({
  id,
  'aria-invalid': error ? true : undefined,
  'aria-describedby':
    [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined,
});

type Control<T> = Omit<T, 'id' | 'className' | 'style'>;

export function Field(props: FrameProps & Control<InputHTMLAttributes<HTMLInputElement>>) {
  const { id, label, hint, error, mark, ...input } = props;
  return (
    <Frame {...{ id, label, hint, error, mark }}>
      <input {...input} {...described(props)} className={styles.control} />
    </Frame>
  );
}

export function SelectField(props: FrameProps & Control<SelectHTMLAttributes<HTMLSelectElement>>) {
  const { id, label, hint, error, mark, ...select } = props;
  return (
    <Frame {...{ id, label, hint, error, mark }}>
      <select {...select} {...described(props)} className={styles.control} />
    </Frame>
  );
}

export function TextAreaField(props: FrameProps & Control<TextareaHTMLAttributes<HTMLTextAreaElement>>) {
  const { id, label, hint, error, mark, ...area } = props;
  return (
    <Frame {...{ id, label, hint, error, mark }}>
      <textarea {...area} {...described(props)} className={styles.control} />
    </Frame>
  );
}

/** A box to tick, label behind. */
export function CheckField({
  id,
  label,
  ...input
}: { id: string; label: string } & Control<InputHTMLAttributes<HTMLInputElement>>) {
  return (
    <div className={styles.check}>
      <input {...input} id={id} type="checkbox" className={styles.box} />
      <label htmlFor={id}>{label}</label>
    </div>
  );
}

/** Fields beside each other where there is room. */
export function FieldRow({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>;
}
