// An echo server of ours in so many processes that share a port. It signs each message before it sends it back, for applications do something:
// the load, which shares the cores with it, costs less than that. First argument: how many; second: `cluster`, by node:cluster, or
// `reusePort`, by the operating system. With `serve` as the second it is one of the processes, and the port is the third.

import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import process from 'node:process';
import { announce } from './control.mjs';
import { versionOf } from './version.mjs';

const HOST = '127.0.0.1';
const [, script, count, how, port] = process.argv;

if (cluster.isWorker || how === 'serve') await serveEchoes();
else {
  const processes = await (how === 'cluster' ? byCluster : byReusePort)();
  announce(processes.port, versionOf('@framewire/node-server'), {
    pids: () => [process.pid, ...processes.workers.map(({ pid }) => pid)],
  });
}

async function serveEchoes() {
  const { serve } = await import('@framewire/node-server');
  const echo = (connection) =>
    connection.listen({
      message(message) {
        createHmac('sha256', 'secret').update(message).digest();
        connection.send(message);
      },
    });
  const shared = how === 'serve' ? { port: Number(port), reusePort: true } : { port: 0 };
  const server = await serve(echo, { host: HOST, ...shared });
  process.on('disconnect', () => process.exit());
  if (how === 'serve') process.send(server.address.port);
}

async function byCluster() {
  const workers = Array.from({ length: Number(count) }, () => cluster.fork());
  const addresses = await Promise.all(workers.map((worker) => once(worker, 'listening')));
  return { port: addresses[0][0].port, workers: workers.map((worker) => worker.process) };
}

/** The first takes a free port, which the others share. */
async function byReusePort() {
  const workers = [];
  let shared = 0;
  for (let n = 0; n < Number(count); n++) {
    const worker = fork(script, ['1', 'serve', `${shared}`]);
    workers.push(worker);
    [shared] = await Promise.race([once(worker, 'message'), once(worker, 'exit').then(endedEarly)]);
  }
  return { port: shared, workers };
}

function endedEarly() {
  throw new Error('Error: a process cannot listen with reusePort here.');
}
