import { Router } from 'express';
import { z } from 'zod';
import type { EmulatorDeps } from '../deps';
import { look } from '../http/look';
import { expand, page, text } from '../http/params';
import { change } from '../http/perform';
import { list } from '../use-cases/list';
import { findRefund } from '../use-cases/read';
import { createRefund, createRefundParams, intentToRefund } from '../use-cases/refunds';
import { Expansion, listView, REFUND_EXPANDABLE } from '../views/expand';
import { refundView } from '../views/refund';

const retrieveRefundParams = z.strictObject({ expand: expand(REFUND_EXPANDABLE) });
const listRefundsParams = z.strictObject({
  ...page,
  charge: text.optional(),
  payment_intent: text.optional(),
  expand: expand(REFUND_EXPANDABLE.map((name) => `data.${name}`)),
});

export function refundRoutes(deps: EmulatorDeps): Router {
  const { useCases } = deps;
  const { state, publicUrl } = useCases;
  const expansion = new Expansion(state, publicUrl);
  return Router()
    .post(
      '/',
      change(deps, {
        operation: 'refund.create',
        params: createRefundParams,
        by: 'shop',
        intentId: (params) => intentToRefund(state, params),
        execute: (params, { nowMs }) => createRefund(useCases, params, nowMs),
      }),
    )
    .get(
      '/',
      look(deps, {
        by: 'shop',
        kind: 'list',
        params: listRefundsParams,
        answer: (params) => {
          const { items, hasMore } = list(
            state.refunds.values(),
            'refund',
            params,
            ({ chargeId, intentId }) =>
              (params.charge === undefined || params.charge === chargeId) &&
              (params.payment_intent === undefined || params.payment_intent === intentId),
          );
          const names = params.expand.map((name) => name.slice('data.'.length));
          return listView(
            '/v1/refunds',
            items.map((each) => expansion.expand(refundView(each), names)),
            hasMore,
          );
        },
      }),
    )
    .get(
      '/:id',
      look(deps, {
        by: 'shop',
        kind: 'retrieve',
        params: retrieveRefundParams,
        intentId: (id) => state.refunds.get(id)?.intentId,
        answer: (params, { id }) => expansion.expand(refundView(findRefund(state, id)), params.expand),
      }),
    );
}
