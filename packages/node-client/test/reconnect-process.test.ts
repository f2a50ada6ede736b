import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('keeps the process alive between two connections, and lets it go when it is done', { timeout: 20_000 }, async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  const program = `
    import { reconnect } from '@framewire/node-client';
    const url = 'ws://127.0.0.1:${port}/';
    reconnect(url, { baseDelay: 50, maxDelay: 50, maxAttempts: 3, onStateChange: ({ state }) => console.log(state) });
    const closed = reconnect(url, { baseDelay: 2 ** 31 - 1, maxDelay: 2 ** 31 - 1, onStateChange({ state }) {
      if (state === 'waiting') setTimeout(() => closed.close());
    } });
  `;
  const args = ['--conditions=@framewire/source', '--input-type=module', '--eval', program];
  const { stdout } = await run(process.execPath, args, { cwd: fileURLToPath(new URL('..', import.meta.url)) });
  expect(stdout.split('\n')).toEqual(['waiting', 'connecting', 'waiting', 'connecting', 'closed', '']);
});
