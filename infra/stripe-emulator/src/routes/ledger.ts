import { Router } from 'express';
import { z } from 'zod';
import type { EmulatorDeps } from '../deps';
import { integer, parseParams } from '../http/params';
import { booksView } from '../views/ledger';

const ledgerParams = z.strictObject({ since: integer.default(0) });

/** `GET /_emulator/ledger?since=<seq>`: what happened, and what it adds up to. No CORS: no other page may read it. */
export function ledgerRoutes({ books }: EmulatorDeps): Router {
  return Router().get('/ledger', (req, res) => {
    const { since } = parseParams(ledgerParams, req.query);
    const entries = books.journal.filter(({ seq }) => seq > since);
    res.json({ entries, ...booksView(books.state) });
  });
}
