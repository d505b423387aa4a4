export { CommandError, UsageError, type Command, type Output } from './command';
export { expectNothing, readArguments } from './arguments';
export { deadLetterCommands } from './dead-letters';
export { runCommands, runOwnerCommands, type OpenOwner, type OwnerCommands } from './main';
export { migrateCommand } from './migrate';
export { republishCommand } from './republish';
export { runCommandLine } from './run';
export { patiently, type Tools } from './tools';
