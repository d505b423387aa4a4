import { fileURLToPath } from 'node:url';

/**
 * The same on every answer, static files too. The Content-Security-Policy depends on the environment of the running
 * process and is therefore written per page (src/pages/_document.tsx): the standalone build is made once.
 */
const everywhere = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=()' },
];

/** @type {import('next').NextConfig} */
export default {
  output: 'standalone',
  outputFileTracingRoot: fileURLToPath(new URL('..', import.meta.url)),
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm run check` with client/tsconfig.json, once for all parts.
  typescript: { ignoreBuildErrors: true },
  headers: () => Promise.resolve([{ source: '/:path*', headers: everywhere }]),
};
