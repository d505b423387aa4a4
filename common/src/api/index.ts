export * from './money';
export * from './orders';
export * from './payments';
export * from './primitives';
export * from './problem';
export * from './tickets';
export * from './users';
