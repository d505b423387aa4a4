export * from './books';
export * from './client';
export * from './failure';
export * from './gateway';
export * from './webhook';
