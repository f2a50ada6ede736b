// Starts the demo: `PORT` (default 8080, 0 for a free one) and `HOST` (default 127.0.0.1) say where.

import { startDemo } from './demo.ts';

const host = process.env.HOST || '127.0.0.1';
const port = Number(process.env.PORT || 8080);

if (!Number.isInteger(port) || port < 0 || port > 65535) {
  stop(`PORT must be a whole number from 0 to 65535, not ${JSON.stringify(process.env.PORT)}.`);
}

try {
  const demo = await startDemo(host, port);
  console.log(`Framewire demo: ${demo.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void demo.close().then(() => process.exit(0)));
  }
} catch (error) {
  stop(explain(error));
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use by another program. Set PORT to another one, or to 0 for a free one: PORT=0 npm run demo`;
  }
  if (code === 'EACCES')
    return `Port ${port} on ${host} needs more rights than this process has. Set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine. Set HOST to one that is.`;
  throw error;
}

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
