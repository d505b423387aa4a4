import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { Board } from '../src/actors/board';
import { History } from '../src/actors/history';
import { Person } from '../src/actors/person';
import { visit } from '../src/actors/visitor';
import { seededRandom } from '../src/random';

let server: Server;
let answers: Record<string, [status: number, type: string, body: string]>;
let asked: string[];
const dispatcher = new Agent();

beforeEach(async () => {
  asked = [];
  answers = {
    'POST /api/users/signup': [201, 'application/json; charset=utf-8', '{"id":"u1"}'],
    'GET /api/users/currentuser': [200, 'application/json', '{"currentUser":null}'],
  };
  server = createServer((request, response) => {
    const name = `${request.method} ${request.url}`;
    asked.push(name);
    const [status, type, body] = answers[name] ?? [200, 'text/html', '<p>a page</p>'];
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
afterAll(() => dispatcher.destroy());

async function visited() {
  const history = new History();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const visitor = new Person('visitor-1', 'visitor', { url, history, dispatcher });
  const board = new Board();
  board.list({ id: 't1', sellerId: 's1' });
  await visit(visitor.another(), board, seededRandom(1));
  return history.operations;
}

describe('a visitor', () => {
  it('looks at pages, signs up, and looks again as somebody who is known', async () => {
    const operations = await visited();
    expect(operations.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'page ok',
      'page ok',
      'sign-up ok',
      'who-am-i ok',
      'page ok',
    ]);
    expect(asked.slice(0, 4)).toEqual([
      'GET /',
      'GET /tickets/t1',
      'POST /api/users/signup',
      'GET /api/users/currentuser',
    ]);
  });

  it('who is not let in goes home, and what an ingress says is no answer of ours', async () => {
    answers['POST /api/users/signup'] = [502, 'text/plain', 'Bad Gateway'];
    const operations = await visited();
    expect(operations.at(-1)).toMatchObject({ kind: 'sign-up', outcome: 'unknown', status: 502 });
    expect(operations.at(-1)?.error).toBeUndefined();
  });
});
