export * from './connect';
export * from './copies';
export * from './duplicate-key';
export * from './indexes';
export * from './probe';
