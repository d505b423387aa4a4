import { z } from 'zod';
import { MAX_AMOUNT, minimumAmount } from '../domain/currencies';
import { CANCELLATION_REASONS, CAPTURE_METHODS } from '../domain/records';
import { boolean, clearableText, expand, metadata, oneOf, positiveInteger, text } from '../http/params';
import { INTENT_EXPANDABLE } from '../views/expand';

const amount = positiveInteger.transform((value, ctx) => {
  if (value <= MAX_AMOUNT) return value;
  ctx.addIssue({
    code: 'custom',
    message: `The amount must be no more than ${MAX_AMOUNT}.`,
    params: { stripeCode: 'amount_too_large' },
  });
  return z.NEVER;
});

const currency = text.transform((value, ctx) => {
  const code = value.toLowerCase();
  if (minimumAmount(code) !== undefined) return code;
  ctx.addIssue({ code: 'custom', message: `Invalid currency: ${value}` });
  return z.NEVER;
});

const returnUrl = z.url({ protocol: /^https?$/ });

export const createIntentParams = z
  .strictObject({
    amount,
    currency,
    // Takes the place of payment_method_types from 2026-09-30.endive on; what is not compatible is left out silently.
    allowed_payment_method_types: z
      .array(text)
      .refine((types) => types.includes('card'), 'Only card is emulated: it must be among the types.')
      .optional(),
    automatic_payment_methods: z
      .strictObject({ enabled: boolean, allow_redirects: oneOf(['always', 'never']).optional() })
      .optional(),
    capture_method: oneOf(CAPTURE_METHODS).default('automatic'),
    confirm: boolean.default(false),
    description: clearableText.default(null),
    expand: expand(INTENT_EXPANDABLE),
    metadata: metadata.default({}),
    payment_method: text.optional(),
    payment_method_types: z
      .array(oneOf(['card']))
      .length(1)
      .optional(),
    receipt_email: clearableText.default(null),
    return_url: returnUrl.optional(),
  })
  .check(({ value, issues }) => {
    const minimum = minimumAmount(value.currency) ?? 0;
    if (value.amount >= minimum) return;
    issues.push({
      code: 'custom',
      input: value.amount,
      path: ['amount'],
      message: `The amount must be at least ${minimum} ${value.currency}.`,
      params: { stripeCode: 'amount_too_small' },
    });
  });
export type CreateIntentParams = z.infer<typeof createIntentParams>;

export const confirmIntentParams = z.strictObject({
  client_secret: text.optional(),
  expand: expand(INTENT_EXPANDABLE),
  payment_method: text.optional(),
  return_url: returnUrl.optional(),
  use_stripe_sdk: boolean.default(false),
});
export type ConfirmIntentParams = z.infer<typeof confirmIntentParams>;

export const authenticateIntentParams = z.strictObject({
  client_secret: text,
  result: oneOf(['complete', 'fail']),
});
export type AuthenticateIntentParams = z.infer<typeof authenticateIntentParams>;

export const captureIntentParams = z.strictObject({
  amount_to_capture: positiveInteger.optional(),
  expand: expand(INTENT_EXPANDABLE),
});
export type CaptureIntentParams = z.infer<typeof captureIntentParams>;

export const cancelIntentParams = z.strictObject({
  cancellation_reason: oneOf(CANCELLATION_REASONS).optional(),
  expand: expand(INTENT_EXPANDABLE),
});
export type CancelIntentParams = z.infer<typeof cancelIntentParams>;

export const retrieveIntentParams = z.strictObject({
  client_secret: text.optional(),
  expand: expand(INTENT_EXPANDABLE),
});
