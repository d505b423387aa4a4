import { cardNamed } from '../domain/cards';
import type { PaymentMethodRecord } from '../domain/records';

const NO_BILLING_DETAILS = {
  address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
  email: null,
  name: null,
  phone: null,
  tax_id: null,
};

export function billingDetails(): typeof NO_BILLING_DETAILS {
  return NO_BILLING_DETAILS;
}

export function paymentMethodView(method: PaymentMethodRecord): Record<string, unknown> {
  const card = cardNamed(method.card);
  return {
    id: method.id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: billingDetails(),
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'unchecked' },
      country: 'US',
      display_brand: card.brand,
      exp_month: method.expMonth,
      exp_year: method.expYear,
      fingerprint: `emulated${card.name}`,
      funding: card.funding,
      generated_from: null,
      last4: method.last4,
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: method.created,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
}
