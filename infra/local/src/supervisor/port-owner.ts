import { readdir, readFile, readlink } from 'node:fs/promises';
import { runCommand } from '../servers/command';

const LISTENING = '0A';

/** Inodes of the sockets that listen on this port, by the kernel's own tables. */
async function listeningInodes(port: number): Promise<Set<string>> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (local?.endsWith(`:${hex}`) && state === LISTENING && inode) inodes.add(inode);
    }
  }
  return inodes;
}

async function ownerOnLinux(port: number): Promise<string | undefined> {
  const inodes = await listeningInodes(port);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    // Another user's processes can't be looked into, and some end meanwhile.
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const file of files) {
      const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').join(' ');
      return `process ${pid} (${command.trim().slice(0, 120)})`;
    }
  }
  return undefined;
}

/** Who listens on a port, in words: `process 123 (node server.js)`. */
export async function portOwner(port: number): Promise<string> {
  if (process.platform === 'linux') {
    const owner = await ownerOnLinux(port);
    if (owner !== undefined) return owner;
  }
  const { code, output } = await runCommand('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], {
    timeoutMs: 5_000,
  });
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  const name = /^c(.+)$/m.exec(output)?.[1];
  return code === 0 && pid
    ? `process ${pid} (${name ?? 'unknown'})`
    : 'another process (whose, this user may not see)';
}
