export * from './breakable-link';
export * from './database';
export * from './ids';
export * from './logger';
export * from './tokens';
export * from './wait';
