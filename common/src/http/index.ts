export * from './app';
export * from './caller';
export * from './idempotency-key';
export * from './server';
export * from './session-cookie';
export * from './validate';
