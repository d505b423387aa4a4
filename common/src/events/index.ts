export * from './envelope';
export * from './expiration';
export * from './orders';
export * from './payments';
export * from './registry';
export * from './tickets';
export * from './users';
