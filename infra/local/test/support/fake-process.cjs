// A small process in place of a service: answers on PORT, notes when it begins and ends, and misbehaves on demand.
const { appendFileSync, existsSync } = require('node:fs');
const { createServer } = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');

const { NAME, PORT, JOURNAL, IGNORE_SIGTERM, RELEASE } = process.env;
if (RELEASE === 'broken') throw new Error('this release does not start');
const note = (what) => appendFileSync(JOURNAL, `${NAME} ${what}\n`);

const server = createServer((req, res) => {
  if (req.url === '/die') process.exit(3);
  res.end(JSON.stringify({ name: NAME, pid: process.pid, release: RELEASE }));
});
const listen = () => server.listen(Number(PORT), '127.0.0.1', () => note('up'));
// A release that is ready only when the test has put a file there.
const [, gate] = /^behind:(.*)$/.exec(RELEASE ?? '') ?? [];
const look = () => (gate === undefined || existsSync(gate) ? listen() : void sleep(20).then(look));
look();
process.on('SIGTERM', () => {
  if (IGNORE_SIGTERM) return;
  // Late on purpose: what is stopped after this one has to wait for it.
  void sleep(100).then(() => {
    note('down');
    process.exit(0);
  });
});
