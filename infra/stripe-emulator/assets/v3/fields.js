/* global emulator, document */

let fieldCount = 0;

/** One labelled input with its own error text, tied to it for screen readers. It has no name, so that no form sends it. */
function createField({ name, label, autocomplete, placeholder, format, problem }) {
  fieldCount += 1;
  const id = `em-${name}-${fieldCount}`;
  const input = document.createElement('input');
  Object.assign(input, {
    id,
    type: 'text',
    inputMode: 'numeric',
    autocomplete,
    placeholder,
    className: 'em-input',
  });
  input.spellcheck = false;
  input.setAttribute('aria-required', 'true');
  const error = document.createElement('p');
  Object.assign(error, { id: `${id}-error`, className: 'em-error', hidden: true });
  const labelElement = document.createElement('label');
  Object.assign(labelElement, { htmlFor: id, textContent: label, className: 'em-label' });
  const container = document.createElement('div');
  container.className = `em-field em-field-${name}`;
  container.append(labelElement, input, error);

  input.addEventListener('input', () => formatInPlace(input, format));

  const show = (message) => {
    error.textContent = message ?? '';
    error.hidden = !message;
    input.setAttribute('aria-invalid', String(Boolean(message)));
    if (message) input.setAttribute('aria-describedby', error.id);
    else input.removeAttribute('aria-describedby');
  };
  return { name, input, container, show, labelElement, problem: () => problem(input.value) };
}

/** Puts the spaces in without moving the caret away from the digit it stood behind. */
function formatInPlace(input, format) {
  const { digitsOf } = emulator.cardRules;
  const before = digitsOf(input.value.slice(0, input.selectionStart ?? input.value.length)).length;
  const atEnd = input.selectionStart === input.value.length;
  const formatted = format(input.value);
  if (formatted === input.value) return;
  input.value = formatted;
  if (atEnd || document.activeElement !== input) return;
  let caret = 0;
  for (let seen = 0; caret < formatted.length && seen < before; caret += 1) {
    if (/\d/.test(formatted[caret])) seen += 1;
  }
  input.setSelectionRange(caret, caret);
}

/** Card number, expiry and CVC. */
emulator.createCardFields = function createCardFields(texts) {
  const rules = emulator.cardRules;
  const number = createField({
    name: 'number',
    label: texts.number,
    autocomplete: 'cc-number',
    placeholder: '1234 1234 1234 1234',
    format: rules.formatNumber,
    problem: rules.numberProblem,
  });
  const expiry = createField({
    name: 'expiry',
    label: texts.expiry,
    autocomplete: 'cc-exp',
    placeholder: '12 / 34',
    format: rules.formatExpiry,
    problem: (text) => rules.expiryProblem(text, new Date()),
  });
  const cvc = createField({
    name: 'cvc',
    label: texts.cvc,
    autocomplete: 'cc-csc',
    placeholder: '123',
    format: (text) => rules.digitsOf(text).slice(0, rules.cvcLength(rules.digitsOf(number.input.value))),
    problem: (text) => rules.cvcProblem(text, number.input.value),
  });
  return [number, expiry, cvc];
};
