import { createContext, useContext } from 'react';
import { en } from './en';

/** The shape of the catalogue: every language has exactly these keys, and functions with these parameters. */
export type Texts = Shape<typeof en>;

type Shape<T> = T extends (...args: infer A) => string
  ? (...args: A) => string
  : T extends string
    ? string
    : T extends string[]
      ? string[]
      : { [K in keyof T]: Shape<T[K]> };

/** Every language the shop speaks. The second one is added here. */
export const languages = { en } satisfies Record<string, Texts>;
export type Language = keyof typeof languages;

const TextsContext = createContext<Texts>(en);
export const TextsProvider = TextsContext.Provider;

/** The catalogue in the visitor's language. */
export function useTexts(): Texts {
  return useContext(TextsContext);
}
