/* global emulator, document */

/** Everything a person reads, in the languages of the shop. */
emulator.texts = {
  en: {
    number: 'Card number',
    expiry: 'Expiry MM / YY',
    cvc: 'CVC',
    group: 'Card',
    hint: 'Test mode. Use 4242 4242 4242 4242, any future date and any CVC. No real card works here.',
    incomplete_number: 'Your card number is incomplete.',
    incorrect_number: 'Your card number is invalid.',
    incomplete_expiry: 'Your card’s expiration date is incomplete.',
    invalid_expiry_month: 'Your card’s expiration month is invalid.',
    invalid_expiry_year_past: 'Your card’s expiration date is in the past.',
    incomplete_cvc: 'Your card’s security code is incomplete.',
    bankTitle: 'Your bank wants to check it is you',
    bankText: 'This stands for the page of your bank. Complete lets the payment go on, Fail stops it.',
    bankComplete: 'Complete',
    bankFail: 'Fail',
    connection: 'The payment service could not be reached. Check your connection and try again.',
  },
  de: {
    number: 'Kartennummer',
    expiry: 'Gültig bis MM / JJ',
    cvc: 'Prüfziffer (CVC)',
    group: 'Karte',
    hint: 'Testbetrieb: 4242 4242 4242 4242, ein Datum in der Zukunft, beliebige Prüfziffer. Echte Karten gehen hier nicht.',
    incomplete_number: 'Die Kartennummer ist unvollständig.',
    incorrect_number: 'Die Kartennummer ist ungültig.',
    incomplete_expiry: 'Das Ablaufdatum der Karte ist unvollständig.',
    invalid_expiry_month: 'Der Ablaufmonat der Karte ist ungültig.',
    invalid_expiry_year_past: 'Das Ablaufdatum der Karte liegt in der Vergangenheit.',
    incomplete_cvc: 'Die Prüfziffer der Karte ist unvollständig.',
    bankTitle: 'Ihre Bank möchte prüfen, ob Sie es sind',
    bankText:
      'Dies steht für die Seite Ihrer Bank. „Bestätigen“ lässt die Zahlung weitergehen, „Ablehnen“ hält sie an.',
    bankComplete: 'Bestätigen',
    bankFail: 'Ablehnen',
    connection:
      'Der Zahlungsdienst ist nicht erreichbar. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.',
  },
};

/** Texts for a locale such as `de-AT`; `auto` or nothing takes the page's language. */
emulator.textsFor = function textsFor(locale) {
  const wanted = !locale || locale === 'auto' ? document.documentElement.lang : locale;
  const language = String(wanted || 'en').slice(0, 2);
  return Object.hasOwn(emulator.texts, language) ? emulator.texts[language] : emulator.texts.en;
};
