// Clients of ours that something bad happens to. Told over the channel of its parent what to connect to, and what to do then.

import { connect, reconnect } from '@framewire/node-client';
import { say, sayCensus, sayClosed, Tally } from './fault-common.mjs';
import { plainError } from './plain-error.mjs';

/** Numbers that are under way at a time. */
const IN_FLIGHT = 32;

/** @type {Map<number, any>} */
const connections = new Map();

function ignore() {
  // It came, and that is all.
}

async function open({ id, url, options, talk }) {
  let connection;
  try {
    connection = await connect(url, options);
  } catch (error) {
    say({ kind: 'refused', id, error: plainError(error) });
    return;
  }
  connections.set(id, connection);
  const tally = new Tally();
  let sent = 0;
  const next = () => connection.send(String(sent++));
  const closed = (closure) => {
    connections.delete(id);
    sayClosed(id, new URL(url).pathname, closure, tally);
  };
  if (talk === 'numbers') {
    connection.listen({
      message(message) {
        tally.take(message);
        if (tally.received % 1000 === 0) say({ kind: 'mark', id, count: tally.received });
        next();
      },
      closed,
    });
    for (let i = 0; i < IN_FLIGHT; i++) next();
  } else if (talk === 'large') {
    const message = new Uint8Array(1024 * 1024);
    const again = () => connection.send(message.fill(tally.received));
    connection.listen({
      message(echo) {
        if (Buffer.compare(echo, message) !== 0) tally.misplaced++;
        tally.received++;
        say({ kind: 'mark', id, count: tally.received });
        again();
      },
      closed,
    });
    again();
  } else if (talk === 'queue') {
    connection.listen({ message: ignore, closed });
    for (let i = 0; i < 64; i++) connection.send(new Uint8Array(64 * 1024));
  } else {
    connection.listen({ message: (message) => void tally.take(message), closed });
  }
  say({ kind: 'opened', id, path: new URL(url).pathname });
  if (talk === 'bye') void connection.close(4001, 'bye');
}

/** One number at a time, over one connection after the other. What became uncertain is not sent again. */
async function keepOpen({ id, url, options }) {
  const connection = reconnect(url, {
    baseDelay: 20,
    maxDelay: 100,
    ...options,
    onStateChange: ({ state }) => {
      if (state === 'open') say({ kind: 'opened', id, path: new URL(url).pathname });
      else if (state === 'waiting') say({ kind: 'waiting' });
    },
  });
  void (async () => {
    for await (const message of connection) say({ kind: 'mark', id, count: Number(message) });
  })();
  for (let number = 0; connection.state !== 'closed'; number++) {
    await connection.send(String(number));
    // Others get their turn, also when it is known at once what becomes of a message.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

process.on('message', (command) => {
  if (command.do === 'census') sayCensus([...connections.values()]);
  else if (command.do === 'jump') globalThis.wallClock.jump(command.by);
  else if (command.do === 'connect') void open(command);
  else if (command.do === 'reconnect') void keepOpen(command);
  else if (command.do === 'send') connections.get(command.id).send(command.message);
  else if (command.do === 'close') void connections.get(command.id).close();
});
say({ kind: 'ready', port: 0 });
