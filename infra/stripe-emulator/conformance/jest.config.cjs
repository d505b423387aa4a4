/** Checks against what others wrote about Stripe: `npm run test:stripe`, apart from `npm test`, for they fetch it first. */
const root = require('node:path').resolve(__dirname, '../../..');
const { projects } = require(`${root}/jest.config.cjs`);

// As the emulator's own tests: compiler, conditions, and one database server and one broker for the run.
const emulator = projects.find(({ displayName }) => displayName === 'stripe-emulator');

module.exports = {
  ...emulator,
  displayName: 'stripe',
  rootDir: __dirname,
  testMatch: ['<rootDir>/*.check.ts'],
  testTimeout: 60_000,
  // What is said about differences is part of the result; jest's frame around each line is not.
  verbose: true,
};
