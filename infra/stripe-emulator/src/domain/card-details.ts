import { cardWithNumber, type Decline, type TestCard } from './cards';

export interface CardDetails {
  number: string;
  expMonth: number;
  expYear: number;
  cvc: string | undefined;
}

export type CardCheck = { card: TestCard; expYear: number } | { problem: Decline; field: string };

/**
 * What a card network would see at once. A number that is no test card is refused, as in Stripe's test mode:
 * no real card may ever work here.
 */
export function checkCard(details: CardDetails, today: { year: number; month: number }): CardCheck {
  const number = details.number.replace(/[\s-]/g, '');
  if (!/^\d{12,19}$/.test(number) || !passesLuhn(number)) {
    return refused('number', 'incorrect_number', 'Your card number is incorrect.');
  }
  if (details.expMonth < 1 || details.expMonth > 12) {
    return refused('exp_month', 'invalid_expiry_month', "Your card's expiration month is invalid.");
  }
  const expYear = details.expYear < 100 ? 2000 + details.expYear : details.expYear;
  if (expYear < today.year || expYear > today.year + 50) {
    return refused('exp_year', 'invalid_expiry_year', "Your card's expiration year is invalid.");
  }
  if (expYear === today.year && details.expMonth < today.month) {
    return refused('exp_month', 'invalid_expiry_month', "Your card's expiration month is invalid.");
  }
  const card = cardWithNumber(number);
  const cvcLength = card?.brand === 'amex' ? /^\d{3,4}$/ : /^\d{3}$/;
  if (details.cvc !== undefined && !cvcLength.test(details.cvc)) {
    return refused('cvc', 'invalid_cvc', "Your card's security code is invalid.");
  }
  if (!card) {
    return {
      field: 'number',
      problem: {
        code: 'card_declined',
        declineCode: 'test_mode_live_card',
        message: 'Your card was declined. This is a test: only test cards work here.',
      },
    };
  }
  return { card, expYear };
}

function refused(field: string, code: string, message: string): CardCheck {
  return { field, problem: { code, message } };
}

/** The check digit every card number ends in (ISO/IEC 7812-1). */
export function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let place = 0; place < number.length; place += 1) {
    const digit = Number(number[number.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
