import { Router } from 'express';
import type { BrowserAssets } from '../stripe-js/assets';

/** The fake Stripe.js and its stylesheet, for pages of any origin. */
export function stripeJsRoutes(assets: BrowserAssets): Router {
  return Router()
    .use((_req, res, next) => {
      res.set({
        'Access-Control-Allow-Origin': '*',
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'Cache-Control': 'no-cache',
      });
      next();
    })
    .get('/', (_req, res) => {
      res.type('text/javascript').send(assets.script);
    })
    .get('/elements.css', (_req, res) => {
      res.type('text/css').send(assets.stylesheet);
    });
}
