export * from './password-hasher';
export * from './waiting-line';
