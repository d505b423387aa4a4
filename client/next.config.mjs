import { fileURLToPath } from 'node:url';
import buildId from './build-id.cjs';

/**
 * On static files too. What concerns pages depends on the environment of the running process and on the request, and is
 * set per page (src/server/page-headers.ts): the standalone build is made once.
 */
const everywhere = [{ key: 'X-Content-Type-Options', value: 'nosniff' }];

/** @type {import('next').NextConfig} */
export default {
  output: 'standalone',
  outputFileTracingRoot: fileURLToPath(new URL('..', import.meta.url)),
  generateBuildId: () => Promise.resolve(buildId()),
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm run check` with client/tsconfig.json, once for all parts.
  typescript: { ignoreBuildErrors: true },
  headers: () => Promise.resolve([{ source: '/:path*', headers: everywhere }]),
};
