/** One project per part; one database server, one broker and one Redis for the whole run. */
const swc = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', tsx: true },
      target: 'es2022',
      transform: { react: { runtime: 'automatic' } },
    },
    module: { type: 'commonjs' },
  },
];

const project = (path, options = {}) => ({
  displayName: path.replace('infra/', ''),
  rootDir: `${__dirname}/${path}`,
  testMatch: ['<rootDir>/test/**/*.test.{ts,tsx}'],
  transform: { '\\.(t|j)sx?$': swc },
  transformIgnorePatterns: ['/node_modules/(?!(listr2)/)'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['gittix-source', 'node', 'node-addons'] },
  globalSetup: `${__dirname}/infra/local/src/testing/global-setup.ts`,
  globalTeardown: `${__dirname}/infra/local/src/testing/global-teardown.ts`,
  clearMocks: true,
  modulePathIgnorePatterns: ['<rootDir>/.next/'],
  ...options,
});

module.exports = {
  projects: [
    project('common'),
    project('auth'),
    project('tickets'),
    project('orders'),
    project('expiration'),
    project('payments'),
    project('client'),
    project('infra/local'),
    project('infra/stripe-emulator'),
    project('infra/e2e'),
    project('infra/torture'),
    project('infra/torture', {
      displayName: 'torture-whole',
      testMatch: ['<rootDir>/test-whole/**/*.test.ts'],
    }),
    project('infra/docker'),
    project('infra/cloudbuild'),
    project('infra/k8s'),
    project('infra/cluster'),
  ],
  // For what hangs, not for what is slow: machines that build others' work too stand still for seconds.
  testTimeout: 180_000,
};
