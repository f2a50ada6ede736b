// A server under a soak, in a process of its own.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { answer } from '../answer.ts';
import { objectCensus } from '../soak/object-census.ts';
import { processHealth } from '../soak/process-health.ts';
import { type ServerKind, startServer } from '../soak/server-kinds.ts';

const started = await startServer(process.argv[2] as ServerKind);

answer(
  {
    health: processHealth,
    census: objectCensus,
    /** Connections that are open, and those that were closed for not reading; without collecting garbage. */
    count: () => ({ open: started.server.connections.size, slow: started.slow, rss: process.memoryUsage.rss() }),
    broadcast: ({ size, underWay }: { readonly size: number; readonly underWay: number }) =>
      started.broadcast.start(size, underWay),
    silence: () => started.broadcast.stop(),
  },
  { listening: started.port, version: version() },
);

function version(): string {
  const main = createRequire(import.meta.url).resolve('@framewire/node-server');
  const file = new URL('../package.json', `file://${main}`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
