export * from './service';
export * from './settings';
export * from './worker';
