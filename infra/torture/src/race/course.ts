import { type Dispatcher, request } from 'undici';
import type { Databases } from '../evidence/database';
import type { Instance } from '../instance/instance';
import { poll } from '../poll';
import { countBy } from '../report';
import { byTicket, tellLife } from '../invariants/holding';
import { LIVE } from '../invariants/verdict';
import type { RoundEvidence } from './evidence';
import { planRound } from './heats';
import { CHECKS } from './judge';
import type { Progress } from './progress';
import { Replicas } from './replicas';
import { runRound } from './run-round';
import { Shopper } from './shoppers';

const SELLERS = 4;
const ARRIVAL_MS = 30_000;

interface Ground {
  instance: Instance;
  databases: Databases;
  dispatcher: Dispatcher;
  buyers: number;
}

/** Where it is raced: people with accounts, the two replicas, the database to judge by. */
export class Course {
  private constructor(
    private readonly ground: Ground,
    private readonly replicas: Replicas,
    private readonly sellers: Shopper[],
    private readonly buyers: Shopper[],
  ) {}

  static async open(ground: Ground): Promise<Course> {
    const { instance, dispatcher, buyers } = ground;
    const ports = [instance.portOf('orders-1'), instance.portOf('orders-2')] as const;
    const people = (number: number) =>
      Promise.all(Array.from({ length: number }, () => Shopper.signedUp(instance.url, dispatcher)));
    return new Course(ground, new Replicas(ports), await people(SELLERS), await people(buyers));
  }

  close(): Promise<void> {
    return this.replicas.close();
  }

  /** Races one round on fresh tickets, judges it, and adds it up. */
  async round(progress: Progress, stop: AbortSignal): Promise<void> {
    const { replicas, buyers } = this;
    const lanes = planRound(progress.seed, progress.rounds, progress);
    await Promise.all([...this.sellers, ...buyers].map((each) => each.renew()));
    const ticketIds = await this.list(Math.ceil(progress.tickets / 3) * 3);
    const startedAt = performance.now();
    const raced = await runRound({ replicas, buyers, ticketIds }, lanes, stop);
    progress.seconds += (performance.now() - startedAt) / 1000;
    const orders = await this.ground.databases.orders({ 'items.ticketId': { $in: ticketIds } });
    add(progress, { ...raced, orders, readAt: Date.now() });
    await this.clear({ ...raced, orders, readAt: Date.now() });
  }

  /** All orders there are, whichever run made them: no ticket may have two that live, also of rounds that were cut off. */
  async judgeAll(progress: Progress): Promise<void> {
    const live = await this.ground.databases.orders({ status: { $in: LIVE } });
    for (const [ticketId, holders] of byTicket(live)) {
      if (holders.length > 1) {
        progress.violations.push(`ticket ${ticketId} is held twice: ${holders.map(tellLife).join('; ')}`);
      }
    }
    progress.checked['all orders'] = (progress.checked['all orders'] ?? 0) + live.length;
  }

  /** Lists tickets, and waits until both replicas' database knows them: what is raced for is the ticket, not its arrival. */
  private async list(number: number): Promise<string[]> {
    const { instance, databases, dispatcher } = this.ground;
    const list = async (_: unknown, n: number): Promise<string> => {
      const { statusCode, body } = await request(`${instance.url}/api/tickets`, {
        method: 'POST',
        headers: this.sellers[n % SELLERS]?.headers() ?? {},
        body: JSON.stringify({ title: `Race ${n}`, price: { amount: 2_000, currency: 'usd' } }),
        dispatcher,
      });
      const text = await body.text();
      if (statusCode !== 201) throw new Error(`listing answered ${statusCode}: ${text}`);
      return (JSON.parse(text) as { id: string }).id;
    };
    const ids = await Promise.all(Array.from({ length: number }, list));
    await poll(async () => (await databases.countTicketCopies(ids)) === number, {
      timeoutMs: ARRIVAL_MS,
      what: () => `${number} tickets known to orders`,
    });
    return ids;
  }

  /** Those who hold something in the end let it go, so that the next round is not slower for it. */
  private async clear({ orders }: RoundEvidence): Promise<void> {
    const byId = new Map(this.buyers.map((buyer) => [buyer.id, buyer]));
    await Promise.all(
      orders.map(async ({ id, status, userId }) => {
        const buyer = byId.get(userId);
        if (status === 'created' && buyer) await this.replicas.cancel(id, buyer, 0);
      }),
    );
  }
}

function add(progress: Progress, evidence: RoundEvidence): void {
  const { attempts, releases } = evidence;
  progress.rounds += 1;
  progress.attempts += attempts.length;
  const answers = countBy(attempts, ({ status, code }) => `${status ?? 'no answer'} ${code ?? ''}`.trim());
  for (const [answer, number] of Object.entries(answers)) {
    progress.answers[answer] = (progress.answers[answer] ?? 0) + number;
  }
  for (const { replica } of attempts) progress.atReplica[replica] += 1;
  progress.cancelled += releases.filter(({ status }) => status === 200).length;
  for (const [name, check] of Object.entries(CHECKS)) {
    const { checked, violations } = check(evidence);
    progress.checked[name] = (progress.checked[name] ?? 0) + checked;
    progress.violations.push(
      ...violations.map(({ about, story }) => [`${name}: ${about}`, ...story].join('\n  ')),
    );
  }
}
