import { Router } from 'express';
import { z } from 'zod';
import type { EmulatorDeps } from '../deps';
import { look } from '../http/look';
import { expand, page } from '../http/params';
import { change } from '../http/perform';
import { intentContext } from '../use-cases/change-payment-intent';
import { createPaymentIntent } from '../use-cases/create-payment-intent';
import { list } from '../use-cases/list';
import {
  cancelIntentParams,
  captureIntentParams,
  confirmIntentParams,
  createIntentParams,
  retrieveIntentParams,
} from '../use-cases/payment-intent-params';
import {
  cancelPaymentIntent,
  capturePaymentIntent,
  confirmPaymentIntent,
} from '../use-cases/payment-intents';
import { findIntent } from '../use-cases/read';
import { Expansion, INTENT_EXPANDABLE, listView } from '../views/expand';
import { paymentIntentView, publishableView } from '../views/payment-intent';

const listIntentsParams = z.strictObject({
  ...page,
  expand: expand(INTENT_EXPANDABLE.map((name) => `data.${name}`)),
});

const ofPath = (_params: unknown, id: string) => id;

export function paymentIntentRoutes(deps: EmulatorDeps): Router {
  const { useCases } = deps;
  const { state, publicUrl } = useCases;
  const warnOfRemovedParameter = once(() => {
    deps.logger.warn(
      'payment_method_types: Stripe itself refuses it from API version 2026-09-30.endive on; send allowed_payment_method_types',
    );
  });
  const expansion = new Expansion(state, publicUrl);
  return Router()
    .post(
      '/',
      change(deps, {
        operation: 'payment_intent.create',
        params: createIntentParams,
        by: 'shop',
        execute: (params, { nowMs }) => {
          if (params.payment_method_types) warnOfRemovedParameter();
          return createPaymentIntent(useCases, params, nowMs);
        },
      }),
    )
    .get(
      '/',
      look(deps, {
        by: 'shop',
        kind: 'list',
        params: listIntentsParams,
        answer: (params) => {
          const { items, hasMore } = list(state.intents.values(), 'payment_intent', params, () => true);
          const names = params.expand.map((name) => name.slice('data.'.length));
          const views = items.map((each) =>
            expansion.expand(paymentIntentView(each, intentContext(useCases)), names),
          );
          return listView('/v1/payment_intents', views, hasMore);
        },
      }),
    )
    .get(
      '/:id',
      look(deps, {
        by: 'browser',
        kind: 'retrieve',
        params: retrieveIntentParams,
        intentId: (id) => id,
        answer: (params, { id, audience }) => {
          const intent = findIntent(state, id, { audience, clientSecret: params.client_secret });
          const view = paymentIntentView(intent, intentContext(useCases));
          return expansion.expand(audience === 'secret' ? view : publishableView(view), params.expand);
        },
      }),
    )
    .post(
      '/:id/confirm',
      change(deps, {
        operation: 'payment_intent.confirm',
        params: confirmIntentParams,
        by: 'browser',
        intentId: ofPath,
        execute: (params, call) => confirmPaymentIntent(useCases, params, call),
      }),
    )
    .post(
      '/:id/capture',
      change(deps, {
        operation: 'payment_intent.capture',
        params: captureIntentParams,
        by: 'shop',
        intentId: ofPath,
        execute: (params, call) => capturePaymentIntent(useCases, params, call),
      }),
    )
    .post(
      '/:id/cancel',
      change(deps, {
        operation: 'payment_intent.cancel',
        params: cancelIntentParams,
        by: 'shop',
        intentId: ofPath,
        execute: (params, call) => cancelPaymentIntent(useCases, params, call),
      }),
    );
}

/** Once in the life of the process is enough for a warning. */
function once(warn: () => void): () => void {
  let warned = false;
  return () => {
    if (!warned) warn();
    warned = true;
  };
}
