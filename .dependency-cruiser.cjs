/** The import rules of the house: main -> everything; routes, listeners -> use-cases -> domain, data. */
const services = 'auth|tickets|orders|expiration|payments';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'services-never-import-services',
      severity: 'error',
      from: { path: `^(${services})/` },
      to: { path: `^(${services}|client|infra)/`, pathNot: '^$1/' },
    },
    {
      name: 'common-imports-no-part',
      severity: 'error',
      from: { path: '^common/src/' },
      to: { path: `^(${services}|client|infra)/` },
    },
    {
      name: 'common-only-through-its-exports',
      severity: 'error',
      from: { path: `^(${services}|client|infra)/` },
      to: { path: '^common/', pathNot: '^common/(src|dist)/[^/]+/index\\.(ts|js|d\\.ts)$' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: `^(${services})/src/domain/` },
      to: { pathNot: ['^$1/src/domain/', '^common/src/errors/', '^common/src/api/'] },
    },
    {
      name: 'use-cases-know-domain-and-data',
      severity: 'error',
      from: { path: `^(${services})/src/use-cases/` },
      to: { path: `^(${services})/src/(routes|listeners|app|main|config)` },
    },
    {
      name: 'data-knows-domain-only',
      severity: 'error',
      from: { path: `^(${services})/src/data/` },
      to: { path: `^(${services})/src/(routes|listeners|use-cases|app|main|config)` },
    },
    {
      name: 'routes-and-listeners-go-through-use-cases',
      severity: 'error',
      from: { path: `^(${services})/src/(routes|listeners)/` },
      to: { path: `^(${services})/src/(data|domain|main|app|config)` },
    },
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: { path: `^(${services})/src/` },
      to: { path: `^(${services})/src/main` },
    },
    {
      name: 'client-takes-the-api-contract-only',
      severity: 'error',
      from: { path: '^client/src/', pathNot: '^client/src/server/' },
      to: { path: '^common/', pathNot: '^common/(src|dist)/api/' },
    },
    {
      name: 'client-server-takes-little',
      severity: 'error',
      from: { path: '^client/src/server/' },
      to: { path: '^common/', pathNot: '^common/(src|dist)/(api|auth|config|logging|lifecycle|errors)/' },
    },
    {
      name: 'infra-shares-no-code-with-services',
      severity: 'error',
      from: { path: '^infra/', pathNot: '^infra/(torture/src/search|k8s/test)/' },
      to: { path: `^(${services}|client)/` },
    },
    {
      // The exhaustive search is of the very functions that decide in production.
      name: 'search-takes-the-decisions-only',
      severity: 'error',
      from: { path: '^infra/torture/src/search/' },
      to: { path: `^(${services}|client)/`, pathNot: '^(orders|payments)/src/domain/' },
    },
    {
      // What the manifests give a container is held against what it asks for.
      name: 'manifest-tests-take-the-settings-only',
      severity: 'error',
      from: { path: '^infra/k8s/test/' },
      to: { path: `^(${services}|client)/`, pathNot: '^([a-z]+/src/config|client/src/server/config)\\.ts$' },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.next|node_modules)/|next-env' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['gittix-source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
