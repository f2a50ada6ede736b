// A server that is attacked, and says what that costs it. First argument: how it is set up, as JSON. It speaks over the channel of its parent,
// and has no listener that a user would not have: what would end the process of a user ends this one.

import { createServer } from 'node:http';
import { Socket } from 'node:net';
import process from 'node:process';
import { getHeapSpaceStatistics, queryObjects } from 'node:v8';
import { serve, upgrade } from '@framewire/node-server';
import { Expiring } from '@framewire/node-transport';

process.on('disconnect', () => process.exit());

const { application = 'loop', authorize, http = 'none', tls, options = {} } = JSON.parse(process.argv[2] ?? '{}');

/** How connections ended, in order. */
const closures = [];
// Sets, because a list would grow with each of a hundred thousand, as a leak does.
/** What the HTTP server beside it was asked for. */
const requests = new Set();
/** What the opening handshakes that were accepted asked for. */
const opened = [];
/** The codes of what was refused. */
const refused = new Set();
const held = [];
let messages = 0;
let mostBuffered = 0;

const applications = {
  /** Reads whatever comes, and keeps nothing. */
  async loop(connection) {
    for await (const _ of connection) messages++;
  },
  /** Never takes a message. */
  async silent(connection) {
    await connection.closed;
  },
  /** Reads, and keeps whatever is binary. */
  async keeper(connection) {
    const kept = [];
    connection.kept = kept;
    for await (const message of connection) {
      messages++;
      if (typeof message !== 'string') kept.push(message);
    }
  },
  echo(connection) {
    connection.listen({
      message(message) {
        messages++;
        connection.send(message);
      },
    });
  },
  /** Looks at what waits to be sent, as often as it can. */
  async watcher(connection) {
    while (connection.state === 'open') {
      mostBuffered = Math.max(mostBuffered, connection.bufferedAmount);
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
};

async function talk(connection, request) {
  opened.push(request.path);
  void connection.closed.then(({ code, sent, error }) => {
    closures.push({ code, sent: sent?.code, error: error?.cause?.code ?? error?.code });
  });
  await applications[application](connection);
}

function authorizing() {
  if (authorize === 'rejects') return Promise.reject(new Error('as it may'));
  return new Promise((resolve) => {
    held.push(resolve);
    process.send({ event: 'authorizing' });
  });
}

const all = {
  ...options,
  ...(authorize !== undefined && { authorize: authorizing }),
  onRefused: ({ code }) => refused.add(code),
  ...(authorize === 'rejects' && { onError: () => undefined }),
};

const plain = createServer((request, response) => {
  requests.add(request.url);
  // Its body, if there is one, is read to the end.
  request.resume().on('end', () => response.end('plain'));
});

async function start() {
  const where = { host: '127.0.0.1', port: 0 };
  if (http === 'upgrade') {
    const attached = upgrade(plain, talk, all);
    await new Promise((resolve) => plain.listen(where, resolve));
    return { port: plain.address().port, connections: attached.connections };
  }
  const server = await serve(talk, {
    ...all,
    ...where,
    ...(tls && { tls }),
    ...(http === 'beside' && { http: plain }),
  });
  return { port: server.address.port, connections: server.connections };
}

const count = (kind) => queryObjects(kind, { format: 'count' });
/** The prototypes of classes are counted, too. */
const prototypes = count(Expiring);
const { port, connections } = await start();

async function collectGarbage() {
  for (let i = 0; i < 6; i++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const commands = {
  async measure() {
    await collectGarbage();
    const { heapUsed, external, rss } = process.memoryUsage();
    const compiled = getHeapSpaceStatistics().filter(({ space_name }) => /^(code|trusted)_/.test(space_name));
    return {
      // Array buffers are a part of what Node calls external.
      held: heapUsed + external,
      /** Less what V8 compiled, of which it makes more at any time and throws away some. */
      heldData: heapUsed + external - compiled.reduce((sum, { space_used_size }) => sum + space_used_size, 0),
      heapUsed,
      external,
      rss,
      peak: process.resourceUsage().maxRSS * 1024,
      connections: connections.size,
      messages,
      mostBuffered,
    };
  },
  /** How many there are of what an opening handshake is made of. */
  async census() {
    await collectGarbage();
    return {
      openingsAndConnections: count(Expiring) - prototypes,
      sockets: count(Socket),
      promises: count(Promise),
      signals: count(AbortSignal),
      errors: count(Error),
      arrays: count(Uint8Array),
      resources: process.getActiveResourcesInfo().length,
    };
  },
  /** Cheap, where a census takes a second: whether anybody is still there. */
  sockets: () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length,
  closures: () => closures,
  heard: () => ({ requests: [...requests], opened, refused: [...refused] }),
  release() {
    for (const resolve of held.splice(0)) resolve();
  },
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

process.on('message', async ({ id, command, argument }) => {
  process.send({ id, result: await commands[command](argument) });
});
process.send({ event: 'listening', port });
