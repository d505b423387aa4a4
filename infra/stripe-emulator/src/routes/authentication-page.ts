import { Router } from 'express';
import { z } from 'zod';
import type { EmulatorDeps } from '../deps';
import { cors } from '../http/cors';
import { parseParams, text } from '../http/params';
import { perform, send, type Action } from '../http/perform';
import { authenticateIntentParams, type AuthenticateIntentParams } from '../use-cases/payment-intent-params';
import { authenticatePaymentIntent } from '../use-cases/payment-intents';
import { findIntent } from '../use-cases/read';
import { authenticationPage } from '../views/authentication-page';

const pageParams = z.strictObject({ client_secret: text });

/**
 * The bank's question (3-D Secure): a page for who comes by redirect, and the address it and the fake Stripe.js post the
 * answer to. The client secret is all that is asked for.
 */
export function authenticationPageRoutes(deps: EmulatorDeps): Router {
  const { state } = deps.useCases;
  const action: Action<AuthenticateIntentParams> = {
    operation: 'payment_intent.authenticate',
    params: authenticateIntentParams,
    by: 'page',
    intentId: (_params, id) => id,
    execute: (params, call) => authenticatePaymentIntent(deps.useCases, params, call),
  };
  return Router()
    .use('/payment_intents/:id/authenticate', cors)
    .get('/payment_intents/:id/authenticate', (req, res) => {
      const { client_secret: clientSecret } = parseParams(pageParams, req.query);
      const intent = findIntent(state, req.params.id, { audience: 'publishable', clientSecret });
      res
        .set({ 'Content-Security-Policy': "default-src 'none'; style-src 'self'; frame-ancestors 'none'" })
        .type('html')
        .send(authenticationPage(intent));
    })
    .post('/payment_intents/:id/authenticate', async (req, res) => {
      const returnUrl = state.intents.get(req.params.id)?.nextAction?.returnUrl ?? null;
      const reply = await perform(deps, req, res, action);
      if (returnUrl === null || reply.status !== 200 || req.accepts(['json', 'html']) !== 'html') {
        return send(res, reply);
      }
      res.redirect(303, backTo(returnUrl, JSON.parse(reply.body) as ReturnedIntent));
    });
}

interface ReturnedIntent {
  id: string;
  client_secret: string;
  status: string;
}

/** The shop's page, with the parameters Stripe adds. */
function backTo(returnUrl: string, { id, client_secret: secret, status }: ReturnedIntent): string {
  const url = new URL(returnUrl);
  url.searchParams.set('payment_intent', id);
  url.searchParams.set('payment_intent_client_secret', secret);
  url.searchParams.set('redirect_status', status === 'requires_payment_method' ? 'failed' : 'succeeded');
  return url.href;
}
