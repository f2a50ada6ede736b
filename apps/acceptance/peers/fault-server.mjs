// A server of ours that something bad happens to. First argument: its options, as JSON. The path of a client chooses the conversation.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { serve, upgrade } from '@framewire/node-server';
import { say, sayCensus, sayClosed, Tally } from './fault-common.mjs';
import { plainError } from './plain-error.mjs';

let errors = 0;
let openings = 0;
/** @type {(() => void)[]} */
const waiting = [];
const filler = new Uint8Array(64 * 1024).fill(0x2e);

function ignore() {
  // It came, and that is all.
}

/** What is done with a connection, by path. Each may also say what a listener does. */
const CONVERSATIONS = {
  /** Sends back what comes. */
  '/echo': (connection) => ({ message: (message) => connection.send(message) }),
  /** Counts numbers and sends them back. */
  '/numbers': (connection, tally) => ({
    message: (message) => {
      tally.take(message);
      connection.send(message);
    },
  }),
  /** Says which numbers come, and sends them back. */
  '/marks': (connection, _tally, id) => ({
    message: (message) => {
      say({ kind: 'mark', id, count: Number(message) });
      connection.send(message);
    },
  }),
  '/wait': () => ({ message: ignore }),
  '/idle': (_connection, tally) => ({ message: (message) => tally.take(message) }),
  /** Sends without regard to what is taken. */
  '/flood': (connection, tally) => {
    void flood(connection, tally);
    return { message: ignore };
  },
  /** Queues more than a socket takes. */
  '/queue': (connection) => {
    for (let i = 0; i < 64; i++) connection.send(filler);
    return { message: ignore };
  },
  '/bye': (connection) => {
    void connection.close(4001, 'bye');
    return { message: ignore };
  },
};

async function flood(connection, tally) {
  for (let number = 0; connection.state === 'open'; number++) {
    const message = new Uint8Array(64 * 1024);
    new DataView(message.buffer).setUint32(0, number);
    const queued = connection.bufferedAmount;
    connection.send(message);
    const taken = queued === 0 || connection.bufferedAmount > queued;
    if (!taken) tally.dropped++;
    tally.mostQueued = Math.max(tally.mostQueued, connection.bufferedAmount);
    // What is dropped costs nothing, and others want to run, too.
    if (taken) await setImmediate();
    else await setTimeout(1);
  }
}

const { made = 'serve', ...settings } = JSON.parse(process.argv[2] ?? '{}');

function talk(connection, { path }) {
  const id = openings++;
  const tally = new Tally();
  say({ kind: 'opened', id, path });
  const listener = CONVERSATIONS[path](connection, tally, id);
  connection.listen({ ...listener, closed: (closure) => sayClosed(id, path, closure, tally) });
}

const options = {
  authorize: ({ path }) => {
    if (path !== '/wait') return undefined;
    say({ kind: 'waiting' });
    return new Promise((resolve) => waiting.push(resolve));
  },
  onError: (error) => {
    if (errors++ < 10) say({ kind: 'failed', error: plainError(error) });
  },
  ...settings,
};

/** The server, and its port. */
async function make() {
  if (made === 'serve') {
    const server = await serve(talk, { host: '127.0.0.1', port: 0, ...options });
    return { server, port: server.address.port };
  }
  const http = createServer();
  const server = upgrade(http, talk, options);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return { server, port: http.address().port };
}

const { server, port } = await make();

process.on('message', (command) => {
  if (command.do === 'census') sayCensus([...server.connections], server.metrics());
  else if (command.do === 'jump') globalThis.wallClock.jump(command.by);
  else if (command.do === 'judge') for (const resolve of waiting.splice(0)) resolve(undefined);
  else if (command.do === 'close') void server.close().then(() => say({ kind: 'ready', port: 0 }));
});
say({ kind: 'ready', port: port });
