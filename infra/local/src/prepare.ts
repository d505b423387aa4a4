import { Listr, type ListrTaskWrapper } from 'listr2';
import { planClient } from './build/client';
import { planServices } from './build/services';
import { environment, surroundings } from './config';
import { buildLock } from './build/release';
import { findChromium } from './servers/chromium';
import { findKubeconform, findKustomize } from './servers/kubernetes-tools';
import { findMongod } from './servers/mongod';
import { findNatsServer } from './servers/nats-server';
import { findNatsStreamingServer } from './servers/nats-streaming-server';
import { findRedisServer } from './servers/redis-server';
import type { Found, Surroundings } from './servers/search';

const FINDERS = {
  mongod: findMongod,
  'nats-server': findNatsServer,
  'nats-streaming-server': findNatsStreamingServer,
  'redis-server': findRedisServer,
  chromium: findChromium,
  kustomize: findKustomize,
  kubeconform: findKubeconform,
} as const;
export type ToolName = keyof typeof FINDERS;

export interface Wanted {
  tools: readonly ToolName[];
  /** `none` for a test run of parts that need no build; `shared` is what `next dev` needs. */
  build: 'all' | 'shared' | 'none';
}

type Task = Pick<ListrTaskWrapper<unknown, never, never>, 'title' | 'output'>;

async function find(name: ToolName, task: Task): Promise<Found> {
  const machine: Surroundings = surroundings((line) => {
    task.output = line;
  });
  const found = await FINDERS[name](machine);
  task.title = `${name}: ${found.why}`;
  return found;
}

async function build(root: string, how: 'all' | 'shared', task: Task): Promise<void> {
  const unlock = await buildLock(root, (pid) => {
    task.output = `process ${pid} is building already; waiting`;
  });
  try {
    const services = await planServices(root);
    const client = how === 'all' ? await planClient(root, environment()) : undefined;
    if (services.due === undefined && !client?.due) {
      task.title = 'build: up to date';
      return;
    }
    const said = (line: string) => {
      task.output = line;
    };
    if (services.due !== undefined) said(`compiling ${services.due}`);
    await services.first(said);
    if (how === 'shared') return;
    if (client?.due) said('building the pages (about 20 s)');
    const results = await Promise.allSettled([services.rest(said), client?.run(said)]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    task.title = 'build: done';
  } finally {
    await unlock();
  }
}

/** Finds or fetches the tools and builds, all at the same time, and shows how it goes. */
export async function prepare(root: string, wanted: Wanted): Promise<Partial<Record<ToolName, Found>>> {
  const found: Partial<Record<ToolName, Found>> = {};
  const tools = wanted.tools.map((name) => ({
    title: name,
    task: async (_context: unknown, task: Task) => {
      found[name] = await find(name, task);
    },
  }));
  const how = wanted.build;
  const builds =
    how === 'none'
      ? []
      : [{ title: 'build', task: (_context: unknown, task: Task) => build(root, how, task) }];
  await new Listr([...tools, ...builds], {
    concurrent: true,
    exitOnError: true,
    // Outside of a terminal: plain lines.
    fallbackRenderer: 'simple',
    rendererOptions: { collapseErrors: false },
  }).run();
  return found;
}
