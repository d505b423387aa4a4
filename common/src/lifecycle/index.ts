export * from './lifecycle';
export * from './repeat';
export * from './retry';
export * from './run';
