/* global emulator, document */

let stylesheet;

/** Loads the stylesheet once; a link, so that a strict style-src only needs our origin. */
function loadStylesheet() {
  stylesheet ??= new Promise((resolve, reject) => {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'stylesheet', href: `${emulator.origin}/v3/elements.css` });
    link.addEventListener('load', resolve);
    link.addEventListener('error', () => reject(new Error('elements.css could not be loaded')));
    document.head.append(link);
  });
  return stylesheet;
}

/** The members of Stripe's `appearance.variables` that mean something here. */
const VARIABLES = {
  colorPrimary: '--em-primary',
  colorBackground: '--em-background',
  colorText: '--em-text',
  colorDanger: '--em-danger',
  borderRadius: '--em-radius',
  fontFamily: '--em-font',
};

function applyAppearance(root, appearance = {}) {
  root.classList.toggle('em-night', appearance.theme === 'night');
  root.classList.toggle('em-day', ['stripe', 'flat'].includes(appearance.theme));
  for (const [name, property] of Object.entries(VARIABLES)) {
    const value = appearance.variables?.[name];
    if (value) root.style.setProperty(property, value);
    else root.style.removeProperty(property);
  }
}

/** A card form that lives directly in the page, with the face of Stripe's element. */
emulator.createElement = function createElement(type, settings) {
  const texts = emulator.textsFor(settings.locale);
  const listeners = new Map();
  const root = document.createElement('div');
  root.className = 'em-card';
  root.setAttribute('role', 'group');
  root.setAttribute('aria-label', texts.group);
  const fields = emulator.createCardFields(texts);
  const hint = document.createElement('p');
  Object.assign(hint, { className: 'em-hint', textContent: texts.hint });
  root.append(...fields.map(({ container }) => container), hint);
  applyAppearance(root, settings.appearance);

  const emit = (event, payload = {}) => {
    for (const listener of [...(listeners.get(event) ?? [])]) listener({ elementType: type, ...payload });
  };
  const firstProblem = () => fields.map((field) => field.problem()).find(Boolean);
  const textOf = (problem) => (problem ? texts[problem] : undefined);
  const emitChange = () => {
    const empty = fields.every(({ input }) => input.value === '');
    emit('change', { empty, complete: !firstProblem(), collapsed: false, value: { type: 'card' } });
  };
  for (const field of fields) {
    field.input.addEventListener('input', () => {
      // A message goes as soon as it is no longer true; a new one waits until the field is left.
      if (!field.problem()) field.show(undefined);
      emitChange();
    });
    field.input.addEventListener('blur', () => {
      if (field.input.value !== '') field.show(textOf(field.problem()));
      emit('blur');
    });
    field.input.addEventListener('focus', () => emit('focus'));
  }

  const element = {
    mount(target) {
      const place = typeof target === 'string' ? document.querySelector(target) : target;
      if (!place) throw new Error(`Nothing in the page matches ${String(target)}.`);
      place.replaceChildren(root);
      emit('loaderstart');
      loadStylesheet().then(
        () => root.isConnected && emit('ready'),
        (error) => emit('loaderror', { error: { type: 'api_connection_error', message: error.message } }),
      );
      return element;
    },
    unmount() {
      root.remove();
    },
    destroy() {
      root.remove();
      listeners.clear();
      for (const { input } of fields) input.value = '';
    },
    update(options = {}) {
      for (const { input } of fields) input.disabled = options.disabled ?? options.readOnly ?? input.disabled;
    },
    focus() {
      fields[0].input.focus();
    },
    blur() {
      for (const { input } of fields) input.blur();
    },
    clear() {
      for (const field of fields) {
        field.input.value = '';
        field.show(undefined);
      }
      emitChange();
    },
    collapse() {},
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      return element;
    },
    once(event, listener) {
      const first = (payload) => {
        element.off(event, first);
        listener(payload);
      };
      return element.on(event, first);
    },
    off(event, listener) {
      const left = listener ? (listeners.get(event) ?? []).filter((each) => each !== listener) : [];
      listeners.set(event, left);
      return element;
    },
  };

  /** Shows every problem and goes to the first; undefined when the card can be sent. */
  const validate = () => {
    for (const field of fields) field.show(textOf(field.problem()));
    const wrong = fields.find((field) => field.problem());
    if (!wrong) return undefined;
    wrong.input.focus();
    return { type: 'validation_error', code: wrong.problem(), message: textOf(wrong.problem()) };
  };
  const card = () => {
    const [number, expiry, cvc] = fields.map(({ input }) => input.value);
    const { month, year } = emulator.cardRules.parseExpiry(expiry);
    return {
      number: emulator.cardRules.digitsOf(number),
      exp_month: month,
      exp_year: year,
      cvc: emulator.cardRules.digitsOf(cvc),
    };
  };
  const restyle = (appearance) => applyAppearance(root, appearance);
  emulator.parts.set(element, { validate, card, restyle });
  return element;
};

/** What the rest of the script may do with an element, and the page may not. */
emulator.parts = new WeakMap();

/** Stripe's `elements`: the options of one checkout and the element made for it. */
emulator.createElements = function createElements(options = {}) {
  let current = options;
  const made = new Map();
  const elements = {
    create(type, more = {}) {
      if (!['payment', 'card'].includes(type))
        throw new Error(`The emulator has no element of type ${type}.`);
      if (made.has(type)) throw new Error(`There is a ${type} element already. Get it with getElement.`);
      const element = emulator.createElement(type, { ...current, ...more });
      const { destroy } = element;
      element.destroy = () => {
        made.delete(type);
        destroy();
      };
      made.set(type, element);
      return element;
    },
    getElement(type) {
      return made.get(type) ?? null;
    },
    update(changes = {}) {
      current = { ...current, ...changes };
      for (const element of made.values()) emulator.parts.get(element).restyle(current.appearance);
    },
    fetchUpdates: async () => ({}),
    submit: async () => {
      const element = elements.getElement('payment') ?? elements.getElement('card');
      if (!element) throw new Error('Create and mount an element before submitting.');
      const error = emulator.parts.get(element).validate();
      return error ? { error } : { selectedPaymentMethod: 'card' };
    },
  };
  emulator.parts.set(elements, {
    clientSecret: () => current.clientSecret,
    texts: () => emulator.textsFor(current.locale),
    element: () => elements.getElement('payment') ?? elements.getElement('card'),
  });
  return elements;
};
