import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ConnectionClosed,
  type ConnectionOpened,
  type ConnectionRefused,
  closeCause,
  connect,
  HandshakeError,
} from '../src/index.ts';
import { closedPort, rawServer, switching } from './support/raw-server.ts';

/** What is told on a channel until the test is over. */
function listenTo<T>(name: string): T[] {
  const told: T[] = [];
  const hear = (message: unknown): void => void told.push(message as T);
  subscribe(name, hear);
  onTestFinished(() => void unsubscribe(name, hear));
  return told;
}

describe('the diagnostics channels of a client', () => {
  it('tell of a connection before it is given to the application, and of its end', async () => {
    const openings = listenTo<ConnectionOpened>('framewire:connection:opened');
    const closings = listenTo<ConnectionClosed>('framewire:connection:closed');
    const server = await rawServer((socket, request) => {
      socket.write(switching(request), 'latin1');
      socket.end();
    });
    const connection = await connect(`ws://127.0.0.1:${server.port}/`);
    expect(openings).toEqual([{ role: 'client', connection }]);
    const closure = await connection.closed;
    expect(closings).toEqual([{ role: 'client', connection, closure, cause: 'lost' }]);
    expect(closings[0]?.connection).toBe(connection);
    expect(closeCause(closure)).toBe('lost');
  });

  it('tell of a connection that could not be had', async () => {
    const refusals = listenTo<ConnectionRefused>('framewire:connection:refused');
    const url = `ws://127.0.0.1:${await closedPort()}/`;
    await expect(connect(url)).rejects.toBeInstanceOf(HandshakeError);
    expect(refusals).toEqual([{ role: 'client', url, error: expect.objectContaining({ code: 'NOT_CONNECTED' }) }]);
  });

  it('do not tell of one that the application gave up itself', async () => {
    const refusals = listenTo<ConnectionRefused>('framewire:connection:refused');
    const server = await rawServer(() => {});
    const reason = new Error('changed my mind');
    const controller = new AbortController();
    const attempt = connect(`ws://127.0.0.1:${server.port}/`, { signal: controller.signal });
    controller.abort(reason);
    await expect(attempt).rejects.toBe(reason);
    expect(refusals).toEqual([]);
  });
});
