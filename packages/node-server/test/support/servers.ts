// Servers for tests, closed when the test is over however it went.

import type { AddressInfo, Server as NetServer } from 'node:net';
import { afterEach } from 'vitest';
import { type Handler, type ServeOptions, type Server, serve } from '../../src/index.ts';
import { RawClient } from './raw-client.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs when the test is over. */
export function later(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** Sends every message back. */
export const echo: Handler = (connection) => {
  connection.listen({ message: (message) => void connection.send(message) });
};

/** A server on a free port of 127.0.0.1. */
export async function start(handler: Handler = echo, options: ServeOptions = {}): Promise<Server> {
  const where = options.socketPath === undefined ? { port: 0, host: '127.0.0.1' } : {};
  const server = await serve(handler, { ...where, ...options });
  later(() => server.close({ deadline: 0 }));
  return server;
}

/** A raw client of the server. */
export async function rawClient(server: Pick<Server, 'address'>, allowHalfOpen = false): Promise<RawClient> {
  const client = await RawClient.to((server.address as AddressInfo).port, allowHalfOpen);
  later(() => client.socket.destroy());
  return client;
}

/** Lets somebody else's server listen on a free port of 127.0.0.1. */
export async function listen(server: NetServer): Promise<Pick<Server, 'address'>> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => {
    if ('closeAllConnections' in server) (server as { closeAllConnections(): void }).closeAllConnections();
    server.close();
  });
  return { address: server.address() as AddressInfo };
}

/** A promise, and who settles it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Waits until the condition holds; the test's own timeout is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
