/* global emulator */

/** What can be known of a card without asking a bank. Pure: texts in, texts or the code of a problem out. */
emulator.cardRules = {
  digitsOf(text) {
    return text.replace(/\D/g, '');
  },

  isAmex(digits) {
    return /^3[47]/.test(digits);
  },

  numberLength(digits) {
    return emulator.cardRules.isAmex(digits) ? 15 : 16;
  },

  cvcLength(digits) {
    return emulator.cardRules.isAmex(digits) ? 4 : 3;
  },

  /** `4242 4242 4242 4242`, or `3782 822463 10005`. */
  formatNumber(text) {
    const { digitsOf, isAmex, numberLength } = emulator.cardRules;
    const digits = digitsOf(text).slice(0, numberLength(digitsOf(text)));
    const groups = isAmex(digits)
      ? /^(\d{1,4})(\d{1,6})?(\d{1,5})?$/.exec(digits)?.slice(1)
      : digits.match(/\d{1,4}/g);
    return (groups ?? []).filter(Boolean).join(' ');
  },

  /** `04 / 30`; a first digit above 1 can only be a month of one digit, and `04/2030` means the same. */
  formatExpiry(text) {
    const whole = /^\s*(\d{1,2})\s*\/\s*(?:20)?(\d{2})\s*$/.exec(text);
    if (whole) return `${whole[1].padStart(2, '0')} / ${whole[2]}`;
    let digits = emulator.cardRules.digitsOf(text);
    if (/^[2-9]/.test(digits)) digits = `0${digits}`;
    digits = digits.slice(0, 4);
    return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
  },

  passesLuhn(digits) {
    const sum = [...digits].reverse().reduce((total, digit, place) => {
      const doubled = place % 2 === 1 ? Number(digit) * 2 : Number(digit);
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
    return sum % 10 === 0;
  },

  numberProblem(text) {
    const { digitsOf, numberLength, passesLuhn } = emulator.cardRules;
    const digits = digitsOf(text);
    if (digits.length < numberLength(digits)) return 'incomplete_number';
    return passesLuhn(digits) ? undefined : 'incorrect_number';
  },

  expiryProblem(text, today) {
    const expiry = emulator.cardRules.parseExpiry(text);
    if (!expiry) return 'incomplete_expiry';
    if (expiry.month < 1 || expiry.month > 12) return 'invalid_expiry_month';
    const lastMonth = today.getFullYear() * 12 + today.getMonth() + 1;
    return expiry.year * 12 + expiry.month < lastMonth ? 'invalid_expiry_year_past' : undefined;
  },

  parseExpiry(text) {
    const digits = emulator.cardRules.digitsOf(text);
    if (digits.length !== 4) return undefined;
    return { month: Number(digits.slice(0, 2)), year: 2000 + Number(digits.slice(2)) };
  },

  cvcProblem(text, number) {
    const { cvcLength, digitsOf } = emulator.cardRules;
    return digitsOf(text).length < cvcLength(digitsOf(number)) ? 'incomplete_cvc' : undefined;
  },
};
