import { join } from 'node:path';
import { cached } from './cache';
import { run, startServer, type Server } from './command';
import type { Exchange } from './link';

const VERSION = '1.15.10';
const INSTALL_MS = 4 * 60_000;

/**
 * localstripe, a stateful fake of Stripe that others wrote, from PyPI into a virtual environment of our own. It listens on
 * every address of the machine and leaves /tmp/localstripe.pickle behind: it has no settings for either.
 */
export async function startLocalstripe(): Promise<Server> {
  const directory = await cached(`localstripe-${VERSION}`, install).catch((error: unknown) => {
    throw new Error(`localstripe ${VERSION} could not be had: it needs Python 3 with venv, and PyPI`, {
      cause: error,
    });
  });
  const python = join(directory, 'bin/python');
  await run(python, ['-c', 'import localstripe'], { timeoutMs: 30_000 }).catch((error: unknown) => {
    throw new Error(`${python} does not work any more: remove ${directory} and run this again`, {
      cause: error,
    });
  });
  return startServer(python, (port) => ['-m', 'localstripe', '--from-scratch', '--port', String(port)]);
}

async function install(directory: string): Promise<void> {
  await run('python3', ['-m', 'venv', directory], { timeoutMs: INSTALL_MS });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `localstripe==${VERSION}`];
  await run(join(directory, 'bin/python'), pip, { timeoutMs: INSTALL_MS });
}

/** What stands between payments and localstripe, for localstripe is older than the API version our SDK asks for. */
export const translation = {
  /** The parameter of before 2026-09-30.endive. localstripe takes it, and reads nothing of it. */
  before(exchange: Exchange): void {
    if (exchange.method !== 'POST' || exchange.path !== '/v1/payment_intents') return;
    exchange.body = exchange.body.replace(/(^|&)allowed_(payment_method_types)/g, '$1$2');
  },

  /** The amounts that every intent of Stripe's shows and localstripe leaves out, made from what it does show. */
  after({ answer }: Exchange): void {
    const intent = answer as Record<string, unknown> | undefined;
    if (intent?.['object'] !== 'payment_intent') return;
    const { status, amount } = intent;
    intent['amount_capturable'] ??= status === 'requires_capture' ? amount : 0;
    intent['amount_received'] ??= status === 'succeeded' ? amount : 0;
  },
};
