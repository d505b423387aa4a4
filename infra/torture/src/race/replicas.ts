import { Pool } from 'undici';
import type { Attempt, Release } from './evidence';
import { PATIENCE_MS, type Shopper } from './shoppers';

const CONNECTIONS = 128;

interface Answer {
  status: number | undefined;
  body: Record<string, unknown>;
  sentAt: number;
  answeredAt: number;
}

/** The two replicas of orders, each at its own port: no proxy between them and the race. */
export class Replicas {
  private readonly pools: readonly [Pool, Pool];

  constructor(ports: readonly [number, number]) {
    const pool = (port: number) => new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS });
    this.pools = [pool(ports[0]), pool(ports[1])];
  }

  async reserve(wish: {
    buyer: Shopper;
    replica: 0 | 1;
    ticketIds: string[];
    key?: string | undefined;
  }): Promise<Attempt> {
    const { buyer, replica, ticketIds, key } = wish;
    const { status, body, ...times } = await this.send(replica, 'POST', '/api/orders', {
      headers: { ...buyer.headers(), ...(key !== undefined && { 'idempotency-key': key }) },
      body: JSON.stringify({ ticketIds }),
    });
    const granted = status === 201 || status === 200;
    return {
      ...{ buyerId: buyer.id, replica, ticketIds, status, ...times },
      ...(key !== undefined && { key }),
      ...(typeof body.code === 'string' && { code: body.code }),
      ...(granted && typeof body.id === 'string' && { orderId: body.id }),
    };
  }

  async cancel(orderId: string, buyer: Shopper, replica: 0 | 1): Promise<Release> {
    const { status, sentAt, answeredAt } = await this.send(replica, 'DELETE', `/api/orders/${orderId}`, {
      headers: buyer.headers(),
    });
    return { orderId, status, sentAt, answeredAt };
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.close()));
  }

  /** Never rejects: without an answer nobody knows what happened. */
  private async send(
    replica: 0 | 1,
    method: 'POST' | 'DELETE',
    path: string,
    { headers, body = null }: { headers: Record<string, string>; body?: string | null },
  ): Promise<Answer> {
    const sentAt = Date.now();
    try {
      const answer = await this.pools[replica].request({
        ...{ method, path, headers, body },
        headersTimeout: PATIENCE_MS,
        bodyTimeout: PATIENCE_MS,
      });
      const json = (await answer.body.json()) as Record<string, unknown>;
      return { status: answer.statusCode, body: json, sentAt, answeredAt: Date.now() };
    } catch (error) {
      return {
        status: undefined,
        body: { code: (error as NodeJS.ErrnoException).code ?? (error as Error).name },
        sentAt,
        answeredAt: Date.now(),
      };
    }
  }
}
