export * from './arm';
export * from './fault-point';
