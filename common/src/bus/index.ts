export * from './dead-letters';
export * from './event-bus';
