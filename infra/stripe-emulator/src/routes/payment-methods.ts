import { Router } from 'express';
import type { EmulatorDeps } from '../deps';
import { change } from '../http/perform';
import { createPaymentMethod, createPaymentMethodParams } from '../use-cases/create-payment-method';

/** Only what the fake Stripe.js needs: a card typed into the page becomes an id. */
export function paymentMethodRoutes(deps: EmulatorDeps): Router {
  return Router().post(
    '/',
    change(deps, {
      operation: 'payment_method.create',
      params: createPaymentMethodParams,
      by: 'browser',
      execute: (params, { nowMs }) => createPaymentMethod(deps.useCases, params, nowMs),
    }),
  );
}
