import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { guard, hear, leave, read, type SocketListener } from '../src/socket-events.ts';

function listener(name: string, said: string[]): SocketListener {
  return {
    received: (chunk) => said.push(`${name}: ${Buffer.from(chunk)}`),
    inputEnded: () => said.push(`${name} ended`),
    socketFailed: (error) => said.push(`${name} failed: ${error.message}`),
    socketClosed: () => said.push(`${name} closed`),
  };
}

const EVENTS = ['data', 'end', 'error', 'close'] as const;
const counts = (socket: PassThrough): number[] => EVENTS.map((event) => socket.listenerCount(event));

async function closed(socket: PassThrough): Promise<void> {
  await new Promise((resolve) => socket.once('close', resolve));
}

describe('the events of a socket', () => {
  it('go to the first who hears it, and then to the next, with the same listeners', async () => {
    const said: string[] = [];
    const socket = new PassThrough();
    const before = counts(socket);
    guard(socket, listener('a', said));
    read(socket);
    const during = counts(socket);
    expect(during).toEqual(before.map((count) => count + 1));
    socket.write('1');
    hear(socket, listener('b', said));
    expect(counts(socket)).toEqual(during);
    socket.write('2');
    socket.end();
    await closed(socket);
    expect(said).toEqual(['a: 1', 'b: 2', 'b ended', 'b closed']);
  });

  it('go to who comes first, too', async () => {
    const said: string[] = [];
    const socket = new PassThrough();
    hear(socket, listener('a', said));
    socket.destroy(new Error('reset'));
    await closed(socket);
    expect(said).toEqual(['a failed: reset', 'a closed']);
  });

  it('leave the bytes where they are while a socket is only guarded', async () => {
    const said: string[] = [];
    const socket = new PassThrough();
    guard(socket, listener('a', said));
    socket.write('1');
    expect(said).toEqual([]);
    read(socket);
    socket.end();
    await closed(socket);
    expect(said).toEqual(['a: 1', 'a ended', 'a closed']);
  });

  it('are nobody’s when it is left, with nothing left on it', () => {
    const socket = new PassThrough();
    const before = counts(socket);
    hear(socket, listener('a', []));
    leave(socket);
    expect(counts(socket)).toEqual(before);
  });
});
