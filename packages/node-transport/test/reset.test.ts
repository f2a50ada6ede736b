import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import {
  type AddressInfo,
  connect,
  createServer,
  type ListenOptions,
  type NetConnectOpts,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { reset } from '../src/reset.ts';

const leftovers: (() => void)[] = [];

afterEach(() => {
  for (const undo of leftovers.splice(0)) undo();
});

/** The two ends of one connection; errors of the other end are kept. */
async function pair(at: ListenOptions): Promise<{ ours: Socket; theirs: Socket; errors: unknown[] }> {
  const server = createServer({ allowHalfOpen: true }).listen(at);
  await once(server, 'listening');
  const errors: unknown[] = [];
  const { path } = at;
  const to: NetConnectOpts = path === undefined ? { port: (server.address() as AddressInfo).port } : { path };
  const theirs = connect(to);
  theirs.on('error', (error) => errors.push(error));
  const [ours] = (await once(server, 'connection')) as [Socket];
  ours.on('error', () => {});
  leftovers.push(() => {
    server.close();
    ours.destroy();
    theirs.destroy();
  });
  return { ours, theirs, errors };
}

const TCP = { port: 0, host: '127.0.0.1' };

describe('reset', () => {
  it('resets a TCP connection, though much is queued', async () => {
    const { ours, theirs, errors } = await pair(TCP);
    ours.write(Buffer.alloc(32 * 1024 * 1024));
    const closed = Promise.all([ours, theirs].map((end) => new Promise((resolve) => end.once('close', resolve))));
    reset(ours);
    theirs.resume();
    await closed;
    expect(errors).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(theirs.bytesRead).toBeLessThan(32 * 1024 * 1024);
  });

  it('does not wait for a FIN that is on its way, and is told closed', async () => {
    const { ours } = await pair(TCP);
    ours.end(Buffer.alloc(32 * 1024 * 1024));
    const closed = once(ours, 'close');
    reset(ours);
    await closed;
    expect(ours.destroyed).toBe(true);
  });

  it('resets behind a FIN that was sent', async () => {
    const { ours, errors, theirs } = await pair(TCP);
    theirs.resume();
    ours.end('bye');
    await once(theirs, 'end');
    reset(ours);
    await once(ours, 'close');
    expect(errors.length).toBeLessThanOrEqual(1);
  });

  it('ends a Unix socket, which knows no reset', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'framewire-reset-'));
    leftovers.push(() => rmSync(folder, { recursive: true }));
    const { ours, theirs } = await pair({ path: join(folder, 'socket') });
    theirs.resume();
    const ended = once(theirs, 'close');
    reset(ours);
    await ended;
    expect(ours.destroyed).toBe(true);
  });

  it('destroys any other stream, and does it once', () => {
    let destroyed = 0;
    const stream = new Duplex({
      read() {},
      destroy(_error, done) {
        destroyed++;
        done(null);
      },
    });
    reset(stream);
    reset(stream);
    expect(destroyed).toBe(1);
  });
});
