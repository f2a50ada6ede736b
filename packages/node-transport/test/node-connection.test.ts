import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { acceptKey, encodeMessage } from '@framewire/protocol';
import { describeConnectionContract } from '@framewire/testing/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SocketConnection } from '../src/node-connection.ts';
import { settle } from '../src/settings.ts';
import { shareFrames } from '../src/shared-frames.ts';
import { contractSession } from './support/contract-session.ts';
import { FakeSocket } from './support/fake-socket.ts';
import { duplexPair, tcpPair, tlsPair } from './support/pairs.ts';
import { readFrames, Wire } from './support/wire.ts';

// Servers and clients over TCP keep it in the packages that make them.
describeConnectionContract('SocketConnection, a client over TLS,', {
  kind: 'node',
  open: async () => {
    const { near, far } = await tlsPair();
    return contractSession('client', near, far);
  },
});
describeConnectionContract('SocketConnection, a server over a Duplex,', {
  kind: 'node',
  open: async () => {
    const { near, far } = await duplexPair();
    return contractSession('server', near, far);
  },
});

const nobody = { ended: (): void => {} };
const info = { url: 'ws://here/', subprotocol: 'chat' };
const wire = new Wire('server');

function started(socket: ConstructorParameters<typeof SocketConnection>[0], role: 'server' | 'client' = 'server') {
  const connection = new SocketConnection(socket, info, settle({}, role), nobody);
  connection.start(new Uint8Array(0));
  return connection;
}

describe('SocketConnection', () => {
  it('knows the address of its peer, also after the end', async () => {
    const { near } = await tcpPair();
    const connection = started(near);
    expect(connection.remoteAddress).toBe('127.0.0.1');
    connection.terminate();
    await connection.closed;
    expect(connection.remoteAddress).toBe('127.0.0.1');
  });

  it('has no address on a stream that has none', () => {
    const socket = new FakeSocket();
    expect(started(socket).remoteAddress).toBe('');
    expect(started(Object.assign(new FakeSocket(), { remoteAddress: undefined })).remoteAddress).toBe('');
  });

  it('tells whether a listener is attached', () => {
    const connection = started(new FakeSocket());
    expect(connection.hasListener).toBe(false);
    connection.listen({ message: () => {} });
    expect(connection.hasListener).toBe(true);
  });

  it('measures round trips with a real peer', async () => {
    const { near, far } = await tcpPair();
    const server = started(near);
    const client = started(far, 'client');
    expect(server.roundTripTime).toBe(undefined);
    const roundTrip = await server.ping();
    expect(roundTrip).toBeGreaterThan(0);
    expect(server.roundTripTime).toBe(roundTrip);
    expect(await client.ping()).toBeGreaterThan(0);
    await expect(client.ping(AbortSignal.abort('no'))).rejects.toBe('no');
    await client.close();
    await server.closed;
    await expect(server.ping()).rejects.toMatchObject({ name: 'ConnectionClosedError', code: 'CLOSED' });
  });

  it('lets a shell close with any code that may stand in a frame, an application with fewer', async () => {
    const { near, far } = await tcpPair();
    const connection = started(near);
    expect(() => void connection.close(1001)).toThrow(expect.objectContaining({ code: 'INVALID_CLOSE_CODE' }));
    const closing = connection.closeWith(1001, 'going away');
    const [chunk] = (await once(far, 'data')) as [Uint8Array];
    expect(readFrames([chunk], 'server')).toEqual(['close 1001 going away']);
    far.end(wire.close(1001));
    expect((await closing).clean).toBe(true);
  });

  it('sends what was encoded once for many', async () => {
    const sockets = [new FakeSocket(), new FakeSocket()];
    const frames = shareFrames(encodeMessage('to all'));
    for (const socket of sockets) expect(started(socket).sendShared(frames)).toBe(true);
    await nextTurn();
    for (const socket of sockets) expect(readFrames(socket.written, 'server')).toEqual(['text to all']);
  });

  it('takes over the socket of an HTTP upgrade, with the bytes behind its head', async () => {
    const received: unknown[] = [];
    const server = createServer();
    const ended = new Promise<void>((resolve) => {
      server.on('upgrade', (request, socket, head) => {
        const accept = acceptKey(String(request.headers['sec-websocket-key']));
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
        const connection = new SocketConnection(socket, info, settle({}, 'server'), { ended: () => resolve() });
        connection.start(head);
        connection.listen({
          message: (message) => {
            received.push(message);
            connection.send(message);
          },
        });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    onTestFinished(() => {
      socket.destroy();
      server.close();
    });
    socket.write(
      Buffer.concat([
        Buffer.from(
          'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
        ),
        wire.text('early'),
        wire.text('too early').subarray(0, 5),
      ]),
    );
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
    });
    while (!bytes.includes('early')) await nextTurn();
    socket.end(Buffer.concat([wire.text('too early').subarray(5), wire.close(1000)]));
    await once(socket, 'end');
    await ended;
    expect(received).toEqual(['early', 'too early']);
    expect(readFrames([bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)], 'server')).toEqual([
      'text early',
      'text too early',
      'close 1000',
    ]);
  });
});
