import { serveHttp } from '@gittix/common/http';
import type { Logger } from '@gittix/common/logging';
import { buildApp } from './app';
import type { EmulatorDeps } from './deps';
import { Faults } from './faults/faults';
import { WebhookFaults } from './faults/around-webhook';
import type { ApiKeys } from './http/authentication';
import { Idempotency } from './idempotency/replies';
import { newId } from './ids';
import { Books } from './ledger/books';
import { KeyedLock } from './ledger/keyed-lock';
import { LedgerFile, type Ledger } from './ledger/ledger-file';
import { RefundSettlement } from './refund-settlement';
import { loadAssets } from './stripe-js/assets';
import { WebhookDelivery, type WebhookTarget } from './webhooks/delivery';

export interface EmulatorOptions {
  host: string;
  /** 0 takes any free one. */
  port: number;
  keys: ApiKeys;
  ledgerFile: string;
  logger: Logger;
  webhook?: WebhookTarget | undefined;
  /** Default: the address it listens on. */
  publicUrl?: string | undefined;
  webhookDelaysMs?: readonly number[];
  refundSettleMs?: number;
  nowMs?: () => number;
  /** Stands between the emulator and its file; tests hold writes back with it. */
  wrapLedger?: (file: Ledger) => Ledger;
}

export interface Emulator {
  url: string;
  /** Stops listening, finishes what runs, and closes the ledger. */
  close(): Promise<void>;
}

/** Reads the ledger, listens, and takes up what was left: webhooks not delivered, refunds not settled. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { logger, nowMs = Date.now } = options;
  const { ledger: file, entries, droppedBytes } = await LedgerFile.open(options.ledgerFile);
  if (droppedBytes > 0) logger.warn({ droppedBytes }, 'cut off an unfinished last line of the ledger');
  const ledger = options.wrapLedger?.(file) ?? file;
  const books = new Books(ledger, entries);
  const deps: EmulatorDeps = {
    books,
    locks: new KeyedLock(),
    idempotency: new Idempotency((key, now) => books.state.reply(key, now), nowMs),
    useCases: {
      state: books.state,
      newId,
      publicUrl: options.publicUrl ?? '',
      refundSettleMs: options.refundSettleMs ?? 1_000,
    },
    keys: options.keys,
    faults: new Faults(),
    nowMs,
    logger,
    ledgerFailure: () => file.failure,
  };
  const settlement = new RefundSettlement(deps);
  const server = await serveHttp(buildApp(deps, loadAssets(), settlement), options).catch(
    async (error: unknown) => {
      await ledger.close();
      throw error;
    },
  );
  const url = `http://${options.host === '0.0.0.0' ? '127.0.0.1' : options.host}:${server.port}`;
  if (options.publicUrl === undefined) deps.useCases.publicUrl = url;

  books.onRecorded(settlement.onRecorded);
  settlement.resume();
  const webhooks = startWebhooks(deps, options);
  return {
    url,
    close: async () => {
      // Before the faults end, or what they held back would go out in this last moment.
      await webhooks?.stop();
      // Whoever was kept waiting on purpose gets the answer now.
      deps.faults.program([]);
      await server.drain();
      settlement.stop();
      await ledger.close();
    },
  };
}

function startWebhooks(
  { books, faults, nowMs, logger }: EmulatorDeps,
  options: EmulatorOptions,
): WebhookDelivery | undefined {
  if (!options.webhook) return undefined;
  const webhooks = new WebhookDelivery({
    target: options.webhook,
    ...(options.webhookDelaysMs && { delaysMs: options.webhookDelaysMs }),
    nowMs,
    logger,
    record: (entry) => books.record(entry),
    faults: new WebhookFaults(faults, books.state),
  });
  for (const owed of books.state.owedEvents.values()) webhooks.deliver(owed);
  books.onRecorded(webhooks.onRecorded);
  return webhooks;
}
