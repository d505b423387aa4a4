export * from './app';
export * from './caller';
export * from './server';
export * from './session-cookie';
export * from './validate';
