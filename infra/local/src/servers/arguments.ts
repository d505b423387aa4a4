/** How each server is started; the local run and the tests use the same. Everything stays on the loopback. */
const LOOPBACK = '127.0.0.1';

export function mongodArguments(port: number, directory: string): string[] {
  return ['--dbpath', directory, '--port', String(port), '--bind_ip', LOOPBACK];
}

export function natsArguments(port: number, directory: string): string[] {
  return ['--addr', LOOPBACK, '--port', String(port), '--jetstream', '--store_dir', directory];
}

/** A process that was killed counts as a member of its queue groups until its heartbeats fail: here for 10 to 20 s, by default for minutes. */
export function natsStreamingArguments(port: number, directory: string, clusterId: string): string[] {
  const settings = {
    addr: LOOPBACK,
    port: String(port),
    cluster_id: clusterId,
    store: 'file',
    dir: directory,
    max_age: '336h',
    max_channels: '0',
    hb_interval: '2s',
    hb_timeout: '2s',
    hb_fail_count: '3',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** `hz 100` brings the lateness of a delayed job from 48 to 5 ms; without the append-only file a kill loses them all. */
export function redisArguments(port: number, directory: string): string[] {
  const settings = {
    port: String(port),
    bind: LOOPBACK,
    dir: directory,
    save: '',
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
    hz: '100',
    daemonize: 'no',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}
