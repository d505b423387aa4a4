import { connect } from 'node:tls';

const ASK_MS = 5_000;

/** Whose certificate a host shows, and until when it is valid; rejects when this machine does not trust it. */
export function certificateOf(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: 443, servername: host, timeout: ASK_MS });
    socket.once('secureConnect', () => {
      const { issuer, valid_to } = socket.getPeerCertificate();
      socket.end();
      resolve(`${String(issuer.CN)}, valid until ${valid_to}`);
    });
    socket.once('timeout', () => socket.destroy(new Error(`${host} took over ${ASK_MS / 1000} s to answer`)));
    socket.once('error', reject);
  });
}
