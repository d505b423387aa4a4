/** In place of `fetch`: what a search for tools finds must not depend on what this machine can reach. */
export const noNetwork: typeof fetch = () => Promise.reject(new Error('no network here'));
