export * from './aggregate';
export * from './change';
export * from './relay';
export * from './republish';
