type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const isControl = (element: Element): element is Control =>
  element instanceof HTMLInputElement ||
  element instanceof HTMLTextAreaElement ||
  element instanceof HTMLSelectElement;

const isChanged = (control: Control) =>
  control instanceof HTMLSelectElement
    ? [...control.selectedOptions].some(({ defaultSelected }) => !defaultSelected)
    : control.value !== control.defaultValue;

/**
 * What a form holds that the server did not write there, by name: typed before the page's script ran, or kept by the browser
 * over a reload. React leaves it until the next change and then puts its own state over it.
 */
export function typedBefore(form: HTMLFormElement): Record<string, string> {
  const changed = [...form.elements].filter(isControl).filter(isChanged);
  return Object.fromEntries(changed.map(({ name, value }) => [name, value]));
}
