/** The test cards: Stripe documents their numbers and ids at docs.stripe.com/testing; `captureFails` is our own. */

export interface Decline {
  code: string;
  declineCode?: string;
  message: string;
}

export interface TestCard {
  name: string;
  number: string;
  brand: string;
  funding: 'credit' | 'debit' | 'prepaid';
  /** Ids that stand for this card where a payment method is asked for. */
  ids: string[];
  threeDSecure: boolean;
  decline: Decline | null;
  captureFails: boolean;
  refund: 'succeeds' | 'pending_first' | 'fails_later';
}

const GENERIC: Decline = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
};

type Traits = Partial<
  Pick<TestCard, 'brand' | 'funding' | 'threeDSecure' | 'decline' | 'captureFails' | 'refund'>
>;

function card(name: string, number: string, ids: string[], traits: Traits = {}): TestCard {
  return {
    name,
    number,
    ids,
    brand: 'visa',
    funding: 'credit',
    threeDSecure: false,
    decline: null,
    captureFails: false,
    refund: 'succeeds',
    ...traits,
  };
}

function declined(declineCode: string, message = GENERIC.message): Traits {
  return { decline: { code: 'card_declined', declineCode, message } };
}

export const TEST_CARDS: readonly TestCard[] = [
  card('visa', '4242424242424242', ['pm_card_visa', 'pm_card_us']),
  card('visa_debit', '4000056655665556', ['pm_card_visa_debit'], { funding: 'debit' }),
  card('mastercard', '5555555555554444', ['pm_card_mastercard'], { brand: 'mastercard' }),
  card('amex', '378282246310005', ['pm_card_amex'], { brand: 'amex' }),
  card('discover', '6011111111111117', ['pm_card_discover'], { brand: 'discover' }),

  card('declined', '4000000000000002', ['pm_card_chargeDeclined', 'pm_card_visa_chargeDeclined'], {
    decline: GENERIC,
  }),
  card(
    'insufficient_funds',
    '4000000000009995',
    ['pm_card_chargeDeclinedInsufficientFunds', 'pm_card_visa_chargeDeclinedInsufficientFunds'],
    declined('insufficient_funds', 'Your card has insufficient funds.'),
  ),
  card(
    'lost',
    '4000000000009987',
    ['pm_card_chargeDeclinedLostCard', 'pm_card_visa_chargeDeclinedLostCard'],
    declined('lost_card'),
  ),
  card(
    'stolen',
    '4000000000009979',
    ['pm_card_chargeDeclinedStolenCard', 'pm_card_visa_chargeDeclinedStolenCard'],
    declined('stolen_card'),
  ),
  card('expired', '4000000000000069', ['pm_card_chargeDeclinedExpiredCard'], {
    decline: { code: 'expired_card', message: 'Your card has expired.' },
  }),
  card('incorrect_cvc', '4000000000000127', ['pm_card_chargeDeclinedIncorrectCvc'], {
    decline: { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  }),
  card('processing_error', '4000000000000119', ['pm_card_chargeDeclinedProcessingError'], {
    decline: {
      code: 'processing_error',
      message: 'An error occurred while processing your card. Try again in a little bit.',
    },
  }),
  card('fraudulent', '4100000000000019', ['pm_card_radarBlock'], declined('fraudulent')),

  card('authentication_required', '4000002760003184', ['pm_card_authenticationRequired'], {
    threeDSecure: true,
  }),
  card('authentication_unless_set_up', '4000002500003155', ['pm_card_authenticationRequiredOnSetup'], {
    threeDSecure: true,
  }),
  card('three_d_secure_2', '4000000000003220', ['pm_card_threeDSecure2Required'], { threeDSecure: true }),
  card('three_d_secure_declined', '4000008400001629', ['pm_card_threeDSecureRequiredChargeDeclined'], {
    threeDSecure: true,
    decline: GENERIC,
  }),

  card('capture_fails', '4000000000008187', ['pm_card_captureFail'], { captureFails: true }),
  card('charge_fails_later', '4000000000000341', ['pm_card_chargeCustomerFail'], { captureFails: true }),

  card('pending_refund', '4000000000007726', ['pm_card_pendingRefund'], { refund: 'pending_first' }),
  card('refund_fails', '4000000000005126', ['pm_card_refundFail'], { refund: 'fails_later' }),
];

const byName = new Map(TEST_CARDS.map((each) => [each.name, each]));
const byNumber = new Map(TEST_CARDS.map((each) => [each.number, each]));
const byId = new Map(TEST_CARDS.flatMap((each) => each.ids.map((id) => [id, each] as const)));

/** The card of a stored payment method. Throws when the ledger names a card this version does not know. */
export function cardNamed(name: string): TestCard {
  const found = byName.get(name);
  if (!found) throw new Error(`the ledger names an unknown test card: ${name}`);
  return found;
}

export function cardWithNumber(number: string): TestCard | undefined {
  return byNumber.get(number);
}

/** The card behind an id such as `pm_card_visa`. */
export function cardWithId(id: string): TestCard | undefined {
  return byId.get(id);
}
