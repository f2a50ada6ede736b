// V8: a peer that pings and never reads must not make us hold its pongs. By default it is closed at its 101st control frame; and where that limit is
// as good as off, a million Pings with 125 bytes each leave 17 Pongs waiting at most.

import { once } from 'node:events';
import { type Socket, connect as tcp } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { closeCode, masked, opened, openingRequest } from '../../src/attack.ts';
import { MeasuredServer } from '../../src/measured-server.ts';

const PINGS = 1_000_000;
const BATCH = 1000;
const PONG = 127;
const MIB = 1024 * 1024;

let server: MeasuredServer;
afterEach(async () => {
  expect(server.printed).toBe('');
  await server.stop();
});

const ping = masked(9, Buffer.alloc(125, 'p'));

it('V8: the 101st Ping closes with 1008', async () => {
  server = await MeasuredServer.start();
  const socket = await opened(server.port);
  await socket.send(Buffer.concat(Array.from({ length: 101 }, () => ping)));
  expect(await closeCode(socket)).toBe(1008);
  socket.destroy();
  const closures = await server.until(
    () => server.closures(),
    ({ length }) => length > 0,
  );
  expect(closures).toEqual([{ code: 1006, sent: 1008, error: 'TOO_MANY_CONTROL_FRAMES' }]);
});

it('V8: a million Pings with reading stopped leave a bounded queue', async () => {
  server = await MeasuredServer.start({
    application: 'watcher',
    options: { maxControlFrames: { count: 2 * PINGS, window: 600_000 } },
  });
  const before = await server.measure();
  const socket: Socket = tcp(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(openingRequest());
  await once(socket, 'readable');
  // From here on it reads nothing: its buffers and the server's fill up.
  const batch = Buffer.concat(Array.from({ length: BATCH }, () => ping));
  for (let sent = 0; sent < PINGS; sent += BATCH) {
    if (!socket.write(batch)) await once(socket, 'drain');
  }
  await new Promise<void>((resolve) => void socket.write(Buffer.alloc(0), () => resolve()));
  const after = await server.measure();
  expect(after.connections).toBe(1);
  // 16 that wait and the one that is owed; and what was handed to the socket in one write before it said that it is full: the answers to one chunk.
  expect(after.mostBuffered).toBeLessThanOrEqual(17 * PONG + 64 * 1024);
  expect(after.held - before.held).toBeLessThan(4 * MIB);
  socket.destroy();
});
