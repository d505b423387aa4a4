import { Link } from './link';

/** Where the services' connections lead; the broker's process has another name on each bus. */
const PROCESSES = {
  broker: ['nats-server', 'nats-streaming-server'],
  database: ['mongod'],
  redis: ['redis-server'],
  stripe: ['stripe-emulator'],
} as const;

export type Part = keyof typeof PROCESSES;
export const PARTS = Object.keys(PROCESSES) as Part[];

/** Everything between the services of one instance and its servers. */
export class Network {
  private portOf: (process: string) => number | undefined = () => undefined;

  private constructor(private readonly links: Map<Part, Link>) {}

  static async open(): Promise<Network> {
    const links = new Map<Part, Link>();
    const network = new Network(links);
    for (const part of PARTS) {
      const target = () =>
        PROCESSES[part].map((name) => network.portOf(name)).find((port) => port !== undefined);
      links.set(part, await Link.open(target));
    }
    return network;
  }

  /** As the local run's setting DETOURS takes them. */
  get detours(): string {
    return PARTS.flatMap((part) => PROCESSES[part].map((name) => `${name}=${this.to(part).port}`)).join(',');
  }

  /** Until then every connection is refused, as while a server starts. */
  leadTo(portOf: (process: string) => number | undefined): void {
    this.portOf = portOf;
  }

  to(part: Part): Link {
    const link = this.links.get(part);
    if (!link) throw new Error(`no link leads to ${part}`);
    return link;
  }

  async close(): Promise<void> {
    await Promise.all([...this.links.values()].map((link) => link.close()));
  }
}
