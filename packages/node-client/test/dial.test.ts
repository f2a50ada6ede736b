import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message } from '@framewire/connection';
import { BINARY, encodeFrame } from '@framewire/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../src/index.ts';
import { cert, key } from './support/localhost-certificate.ts';
import { rawServer, switching } from './support/raw-server.ts';

async function socketPath(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'framewire-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return join(directory, 'socket');
}

describe('dialling a Unix socket', () => {
  // Node finds out at once, in the middle of `tls.connect`; an error that nobody hears would end the process.
  it.each(['ws', 'wss'])('whose path is too long rejects, and nothing more: %s', async (scheme) => {
    await expect(connect(`${scheme}://localhost/`, { socketPath: `/${'x'.repeat(300)}` })).rejects.toMatchObject({
      name: 'HandshakeError',
      code: 'NOT_CONNECTED',
      phase: 'connect',
    });
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('carries TLS, with the certificate checked for the host of the URL', async () => {
    const path = await socketPath();
    const server = await rawServer((socket, request) => void socket.write(switching(request)), {
      path,
      tls: { cert, key },
    });
    for (const host of ['localhost', '127.0.0.1']) {
      const connection = await connect(`wss://${host}/`, { socketPath: path, tls: { ca: cert } });
      expect(connection.state).toBe('open');
      connection.terminate();
    }
    const opening = connect('wss://other.example/', { socketPath: path, tls: { ca: cert } });
    await expect(opening).rejects.toMatchObject({
      code: 'NOT_CONNECTED',
      phase: 'tls',
      cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(server.requests.map(({ text }) => text.includes('Host: other.example'))).toEqual([false, false]);
  });

  it.each(['ws', 'wss'])('that is not there rejects, and says so: %s', async (scheme) => {
    const path = await socketPath();
    await expect(connect(`${scheme}://localhost/`, { socketPath: path })).rejects.toMatchObject({
      code: 'NOT_CONNECTED',
      phase: 'connect',
      cause: { code: 'ENOENT' },
    });
  });
});

describe('what connections read', () => {
  it('is theirs for good, though they are read into one buffer: at the handshake, behind it, in parts, and after a pause', async () => {
    const bytes = (size: number, seed: number): Buffer =>
      Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 7 + (at >> 8) + seed) & 255));
    const sent = [bytes(20, 1), bytes(300, 2), bytes(5000, 3), bytes(40_000, 4), bytes(200_000, 5), bytes(20, 6)];
    const frames = Buffer.concat(
      sent.map((payload) => encodeFrame({ opcode: BINARY, fin: true, rsv1: false, payload })),
    );
    const server = await rawServer((socket, request) => {
      socket.write(Buffer.concat([Buffer.from(switching(request)), frames]));
    });
    const url = `ws://127.0.0.1:${server.port}/`;
    const connections = await Promise.all(
      Array.from({ length: 4 }, () => connect(url, { receiveHighWater: 1000, messagesPerTurn: 2 })),
    );
    const heard: Message[][] = connections.map(() => []);
    const reading = connections.map(async (connection, index) => {
      for (let round = 0; round < 3; round++) {
        let left = sent.length;
        for await (const message of connection) {
          heard[index]?.push(message);
          if (--left === 0) break;
        }
        server.sockets[index]?.write(frames);
      }
    });
    await Promise.all(reading);
    for (const messages of heard) {
      expect(messages.map((message) => Buffer.from(message as Uint8Array))).toEqual([...sent, ...sent, ...sent]);
    }
    for (const connection of connections) connection.terminate();
  });

  it('is theirs also when the first of several addresses refuses', async () => {
    const server = await rawServer((socket, request) => {
      socket.write(Buffer.concat([Buffer.from(switching(request)), Buffer.of(0x81, 2, 104, 105)]));
    });
    const connection = await connect(`ws://somewhere.example:${server.port}/`, {
      lookup: (_hostname, _options, callback) =>
        callback(null, [
          { address: '::1', family: 6 },
          { address: '127.0.0.1', family: 4 },
        ]),
    });
    const { value } = await connection[Symbol.asyncIterator]().next();
    expect(value).toBe('hi');
    connection.terminate();
  });
});

describe('dialling a host', () => {
  it('connects from the address, with the version of IP and by the look-up that are set', async () => {
    const server = await rawServer((socket, request) => void socket.write(switching(request)));
    const asked: unknown[] = [];
    const connection = await connect(`ws://somewhere.example:${server.port}/`, {
      localAddress: '127.0.0.3',
      family: 4,
      lookup: (hostname, { family }, callback) => {
        asked.push([hostname, family]);
        callback(null, '127.0.0.1', 4);
      },
    });
    expect(asked).toEqual([['somewhere.example', 4]]);
    expect(server.sockets[0]?.remoteAddress).toBe('127.0.0.3');
    connection.terminate();
  });
});
