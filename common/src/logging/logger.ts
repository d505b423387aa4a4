import { pino, type DestinationStream, type Logger } from 'pino';
import { logContext } from './context';

export type { Logger };

/** Members that never reach a log, at the top of a line and one level down. */
const SECRETS = [
  'password',
  'passwordHash',
  'jwt',
  'token',
  'clientSecret',
  'client_secret',
  'cookie',
  'authorization',
  'number',
  'cvc',
];

/** JSON lines on stdout with the ids of the request or event at hand; secrets are redacted. */
export function createLogger(options: {
  service: string;
  level?: string;
  destination?: DestinationStream;
}): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => ({ ...logContext() }),
      redact: {
        paths: [
          ...SECRETS,
          ...SECRETS.map((name) => `*.${name}`),
          'req.headers.cookie',
          'req.headers.authorization',
          'req.headers["stripe-signature"]',
          'res.headers["set-cookie"]',
        ],
        censor: '[redacted]',
      },
    },
    options.destination ?? pino.destination(1),
  );
}
