import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { smoke } from '../src/smoke/story';

/** The little of a stage that the story sees. Each test breaks one answer. */
class Stage {
  private readonly server: Server;
  private readonly orders = new Map<string, string>();
  private asked = 0;
  private known = 'available';
  readonly requests: string[] = [];
  readonly hosts = new Set<string>();
  /** Takes the place of an answer: [status, body]. */
  broken = new Map<string, [number, unknown]>();

  constructor() {
    this.server = createServer((req, res) => {
      const [status, body] = this.answer(req);
      const isPage = typeof body === 'string';
      res.writeHead(status, {
        'content-type': isPage ? 'text/html' : 'application/json',
        'set-cookie': `session=${req.url === '/api/users/signup' ? 'somebody' : 'same'}; Path=/; HttpOnly`,
      });
      res.end(isPage ? body : JSON.stringify(body));
    });
  }

  private answer(req: IncomingMessage): [number, unknown] {
    const what = `${req.method} ${req.url}`;
    this.hosts.add(req.headers.host ?? '');
    this.requests.push(what);
    const broken = this.broken.get(what);
    if (broken) return broken;
    const isSignedIn =
      req.headers.cookie?.includes('session=') && req.headers.origin === `http://${req.headers.host}`;
    switch (what) {
      case 'GET /':
        return [200, '<!doctype html><html></html>'];
      case 'GET /api/tickets':
        return [200, { items: [] }];
      case 'GET /api/users/currentuser':
        return [200, { currentUser: null }];
      case 'POST /api/users/signup':
        return [201, { id: 'u' }];
      case 'POST /api/tickets':
        return isSignedIn ? [201, { id: 't' }] : [401, {}];
      case 'POST /api/orders':
        this.orders.set('o', 'created');
        return isSignedIn ? [201, { id: 'o' }] : [401, {}];
      case 'DELETE /api/orders/o':
        this.orders.set('o', 'cancelled');
        return [200, { id: 'o' }];
      case 'GET /api/tickets/t':
        // News takes a moment: every second look tells it.
        if (++this.asked % 2 === 0)
          this.known = this.orders.get('o') === 'created' ? 'reserved' : 'available';
        return [200, { status: this.known }];
      case 'DELETE /api/tickets/t':
        return [200, {}];
      default:
        return [404, {}];
    }
  }

  get url() {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  start = () => new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  stop = () => new Promise<void>((resolve) => void this.server.close(() => resolve()).closeAllConnections());
}

let stage: Stage;
beforeEach(async () => {
  stage = new Stage();
  await stage.start();
});
afterEach(() => stage.stop());
const run = () => smoke({ url: stage.url }, 'run', () => undefined);

it('lists, reserves, cancels, waits until each step has reached tickets, and withdraws', async () => {
  await run();
  expect(stage.requests.slice(-8)).toEqual([
    'POST /api/tickets',
    'POST /api/orders',
    'GET /api/tickets/t',
    'GET /api/tickets/t',
    'DELETE /api/orders/o',
    'GET /api/tickets/t',
    'GET /api/tickets/t',
    'DELETE /api/tickets/t',
  ]);
});

it.each<[string, [number, unknown], string]>([
  ['GET /', [503, 'down'], 'GET / answered 503, not 200: down'],
  ['GET /', [200, 'Hello'], 'GET / answered no page'],
  ['GET /api/tickets', [500, { code: 'internal' }], 'GET /api/tickets answered 500'],
  ['GET /api/users/currentuser', [200, { currentUser: { id: 'x' } }], 'a stranger is taken for somebody'],
  ['POST /api/users/signup', [503, {}], 'POST /api/users/signup answered 503'],
  ['POST /api/tickets', [201, {}], 'POST /api/tickets answered no id'],
  ['POST /api/orders', [409, { code: 'ticket_reserved' }], 'POST /api/orders answered 409'],
  ['DELETE /api/orders/o', [409, {}], 'DELETE /api/orders/o answered 409'],
  ['GET /api/tickets/t', [404, {}], 'GET /api/tickets/t answered 404'],
])('is red when %s is %j', async (what, answer, message) => {
  stage.broken.set(what, answer);
  await expect(run()).rejects.toThrow(message);
});

it('asks another address by the name of the stage', async () => {
  await smoke({ url: 'http://gittix.test', via: stage.url }, 'run', () => undefined);
  expect([...stage.hosts]).toEqual(['gittix.test']);
});

it('is red when nobody answers', async () => {
  const { url } = stage;
  await stage.stop();
  await expect(smoke({ url }, 'run', () => undefined)).rejects.toThrow('GET / got no answer');
  await stage.start();
});
