export * from './claims';
export * from './keys';
export * from './signer';
export * from './verifier';
