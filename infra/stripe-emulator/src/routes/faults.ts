import express, { Router, type Request } from 'express';
import type { EmulatorDeps } from '../deps';
import { faultProgram } from '../faults/schema';
import { authenticate, requireSecretKey } from '../http/authentication';
import { parseParams } from '../http/params';

/** The fault switches: what goes wrong on purpose, from now until it is taken away. For holders of the secret key. */
export function faultRoutes({ faults, keys, logger }: EmulatorDeps): Router {
  const allow = (req: Request) => requireSecretKey(authenticate(req, keys));
  return Router()
    .get('/', (req, res) => {
      allow(req);
      res.json({ faults: faults.report() });
    })
    .put('/', (req, _res, next) => {
      allow(req);
      next();
    })
    .put('/', express.json({ limit: '100kb', type: () => true }), (req, res) => {
      const { faults: wanted } = parseParams(faultProgram, req.body);
      faults.program(wanted);
      logger.warn({ faults: wanted }, 'faults are switched on');
      res.json({ faults: faults.report() });
    })
    .delete('/', (req, res) => {
      allow(req);
      const last = faults.report();
      faults.program([]);
      logger.warn({ faults: last }, 'faults are switched off');
      res.json({ faults: last });
    });
}
