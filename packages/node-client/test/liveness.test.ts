// Both ends look after a quiet peer by default. Here the client; packages/node-server has the same for the server.

import { encodeFrame, PING, TEXT } from '@framewire/protocol';
import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { type ConnectOptions, connect, type NodeConnection } from '../src/index.ts';
import { rawServer, switching } from './support/raw-server.ts';

/** A connection to a server that says only what the test wants, and its clock. */
async function quietServer(options: ConnectOptions = {}) {
  const clock = new FakeClock();
  const server = await rawServer((socket, request) => void socket.write(switching(request)));
  const connection: NodeConnection = await connect(`ws://127.0.0.1:${server.port}/`, { clock, ...options });
  const [socket] = server.sockets;
  if (socket === undefined) throw new Error('No connection came.');
  /** Resolves with the next bytes of the client. */
  const heard = (): Promise<Buffer> => new Promise((resolve) => socket.once('data', resolve));
  return { clock, connection, socket, heard };
}

describe('a client without options', () => {
  it('finds a half-open server 45 s after its last byte, and less than a second later', async () => {
    const { clock, connection, heard } = await quietServer();
    const ping = heard();
    clock.advance(25_000);
    expect(clock.pending).toBe(1);
    clock.advance(1000);
    expect((await ping)[0]).toBe(0x80 | PING);
    clock.advance(19_999);
    expect(connection.state).toBe('open');
    clock.advance(1);
    expect(await connection.closed).toMatchObject({ code: 1006, clean: false, error: { code: 'PONG_TIMEOUT' } });
    expect(connection.roundTripTime).toBe(undefined);
    expect(clock.pending).toBe(0);
  });

  it('takes any byte for life', async () => {
    const { clock, connection, socket, heard } = await quietServer();
    const messages = connection[Symbol.asyncIterator]();
    for (let round = 0; round < 3; round++) {
      const ping = heard();
      clock.advance(27_000);
      await ping;
      // It does not answer the Ping.
      socket.write(encodeFrame({ opcode: TEXT, fin: true, rsv1: false, payload: Buffer.from('I live') }));
      expect((await messages.next()).value).toBe('I live');
    }
    expect(connection.state).toBe('open');
    connection.terminate();
  });

  it('may be told another interval and deadline, or none', async () => {
    const hasty = await quietServer({ keepalive: { interval: 1000, deadline: 500 } });
    hasty.clock.advance(1625);
    expect(await hasty.connection.closed).toMatchObject({ error: { code: 'PONG_TIMEOUT' } });
    const trusting = await quietServer({ keepalive: false });
    trusting.clock.advance(3_600_000);
    expect(trusting.connection.state).toBe('open');
    trusting.connection.terminate();
  });
});
