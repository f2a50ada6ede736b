// An echo server of ours in so many processes that share a port. First argument: how many.

import cluster from 'node:cluster';
import process from 'node:process';
import { announce } from './control.mjs';
import { versionOf } from './version.mjs';

const HOST = '127.0.0.1';

if (cluster.isPrimary) {
  const workers = Array.from({ length: Number(process.argv[2]) }, () => cluster.fork());
  const ports = await Promise.all(
    workers.map((worker) => new Promise((resolve) => worker.once('listening', (address) => resolve(address.port)))),
  );
  announce(ports[0], versionOf('@framewire/node-server'), {
    pids: () => [process.pid, ...workers.map((worker) => worker.process.pid)],
  });
} else {
  const { serve } = await import('@framewire/node-server');
  const echo = (connection) => connection.listen({ message: (message) => void connection.send(message) });
  await serve(echo, { host: HOST, port: 0 });
  process.on('disconnect', () => process.exit());
}
