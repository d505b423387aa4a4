export * from './database';
export * from './ids';
export * from './logger';
export * from './tokens';
export * from './wait';
