export * from './aggregate';
export * from './change';
export * from './relay';
