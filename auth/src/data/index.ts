export * from './user-model';
